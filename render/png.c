/* PNG files through libpng's simplified interface: no state, no jumps, no time stamps. */
#include <chore/files.h>
#include <chore/render.h>

#include <png.h>
#include <stdlib.h>
#include <string.h>

chore_status chore_png_write(const char *path, const chore_image *image, chore_error *err)
{
    if (image->rgb == NULL || image->width < 1 || image->height < 1 ||
        image->width > CHORE_IMAGE_MAX || image->height > CHORE_IMAGE_MAX) {
        return chore_fail(err, CHORE_E_USAGE,
                          "cannot write '%s': an image of %d x %d pixels, expected 1 to %d", path,
                          image->width, image->height, CHORE_IMAGE_MAX);
    }
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)image->width,
                     .height = (png_uint_32)image->height,
                     .format = PNG_FORMAT_RGB};
    png_alloc_size_t len = PNG_IMAGE_PNG_SIZE_MAX(png);
    void *bytes = malloc(len);
    if (bytes == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "cannot write '%s': no memory", path);
    }
    chore_status status;
    if (png_image_write_to_memory(&png, bytes, &len, 0, image->rgb, 0, NULL)) {
        status = chore_file_write(path, bytes, len, err);
    } else {
        status = chore_fail(err, CHORE_E_INTERNAL, "cannot write '%s': %s", path, png.message);
    }
    free(bytes);
    return status;
}

static chore_status decode(chore_image *out, const char *path, const void *bytes, size_t len,
                           chore_error *err)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&png, bytes, len)) {
        return chore_fail(err, CHORE_E_FILE, "'%s' is not a PNG file: %s", path, png.message);
    }
    if (png.width > CHORE_IMAGE_MAX || png.height > CHORE_IMAGE_MAX) {
        chore_fail(err, CHORE_E_FILE, "'%s' has %lu x %lu pixels, expected at most %d on a side",
                   path, (unsigned long)png.width, (unsigned long)png.height, CHORE_IMAGE_MAX);
        png_image_free(&png);
        return CHORE_E_FILE;
    }
    const chore_status status = chore_image_create(out, (int)png.width, (int)png.height, err);
    if (status != CHORE_OK) {
        png_image_free(&png);
        return status;
    }
    const png_color white = {255, 255, 255};
    png.format = PNG_FORMAT_RGB;
    if (!png_image_finish_read(&png, &white, out->rgb, 0, NULL)) {
        chore_image_release(out);
        return chore_fail(err, CHORE_E_FILE, "'%s' is a damaged PNG file: %s", path, png.message);
    }
    return CHORE_OK;
}

chore_status chore_png_read(chore_image *out, const char *path, chore_error *err)
{
    *out = (chore_image){0};
    char *bytes = NULL;
    size_t len = 0;
    chore_status status = chore_file_read(path, &bytes, &len, err);
    if (status == CHORE_OK) {
        status = decode(out, path, bytes, len, err);
    }
    free(bytes);
    return status;
}
