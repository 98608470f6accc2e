/* png_diff A B [X Y W H]: mean absolute difference per colour value of two pictures of one size, in hundredths of a level (0 .. 25500), of that
   part of them. Exit 1: another size, no picture. */
#include <stdio.h>
#include <stdlib.h>

#include <chore/render.h>

int main(int argc, char **argv)
{
    chore_image a = {0}, b = {0};
    chore_error err = {0};
    if (argc < 3 || chore_png_read(&a, argv[1], &err) != CHORE_OK || chore_png_read(&b, argv[2], &err) != CHORE_OK ||
        a.width != b.width || a.height != b.height) {
        fprintf(stderr, "png_diff: %s\n", err.message[0] ? err.message : "pictures of two sizes");
        return 1;
    }
    const bool part = argc == 7;
    const int left = part ? atoi(argv[3]) : 0, top = part ? atoi(argv[4]) : 0;
    const int right = part ? left + atoi(argv[5]) : a.width, bottom = part ? top + atoi(argv[6]) : a.height;
    double sum = 0;
    for (int y = top; y < bottom && y < a.height; y++) {
        for (int i = 3 * left; i < 3 * right && i < 3 * a.width; i++) {
            const size_t at = (size_t)y * 3 * (size_t)a.width + (size_t)i;
            sum += abs(a.rgb[at] - b.rgb[at]);
        }
    }
    printf("%.0f\n", 100 * sum / (3.0 * (right - left) * (bottom - top)));
    chore_image_release(&a);
    chore_image_release(&b);
    return 0;
}
