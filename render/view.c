/* The geometry of a picture: which part of the camera's native view it shows, and where. */
#include <chore/shot.h>

#include <math.h>

static int at_least_one(double pixels)
{
    return pixels < 1 ? 1 : (int)pixels;
}

chore_view chore_view_make(int native_width, int native_height, double fovy, int width, int height, chore_shot_fit fit)
{
    const double native = (double)native_width / native_height, asked = (double)width / height;
    double tan_y = tan(fovy / 2), tan_x = tan_y * native; /* half the picture, one metre ahead */
    chore_view view = {.width = width, .height = height, .drawn_width = width, .drawn_height = height};
    if (fit == CHORE_SHOT_CENTRE_CROP && asked < native) {
        tan_x = tan_y * asked;
    } else if (fit == CHORE_SHOT_CENTRE_CROP) {
        tan_y = tan_x / asked;
    } else if (fit == CHORE_SHOT_LETTERBOX && asked < native) {
        view.drawn_height = at_least_one(width / native);
    } else if (fit == CHORE_SHOT_LETTERBOX) {
        view.drawn_width = at_least_one(height * native);
    }
    view.x = (width - view.drawn_width) / 2;
    view.y = (height - view.drawn_height) / 2;
    view.fx = 0.5 * view.drawn_width / tan_x;
    view.fy = 0.5 * view.drawn_height / tan_y;
    view.cx = view.x + 0.5 * view.drawn_width;
    view.cy = view.y + 0.5 * view.drawn_height;
    return view;
}
