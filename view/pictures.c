#include <chore/pictures.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <chore/camera.h>

enum { UNASKED_HEIGHT = 180 }; /* pixels: nobody asked for more */

static void add(chore_pictures *out, const mjModel *model, const char *name, const json_t *asked)
{
    static const char *const fits[CHORE_SHOT_FITS] = {"stretch", "letterbox", "centre_crop"};
    chore_camera of;
    if (!name || !chore_camera_find(model, name, &of)) {
        return;
    }
    if (out->n == CHORE_PICTURES_MOST) {
        out->n_more++;
        return;
    }
    const json_int_t width = json_integer_value(json_object_get(asked, "width"));
    const json_int_t height = json_integer_value(json_object_get(asked, "height"));
    const char *word = json_string_value(json_object_get(asked, "fit"));
    const bool sized = width >= 1 && width <= CHORE_SHOT_MAX && height >= 1 && height <= CHORE_SHOT_MAX;
    chore_shot_fit fit = CHORE_SHOT_STRETCH;
    for (int i = 0; word && i < CHORE_SHOT_FITS; i++) {
        fit = strcmp(word, fits[i]) == 0 ? (chore_shot_fit)i : fit;
    }
    const int small = of.height < UNASKED_HEIGHT ? of.height : UNASKED_HEIGHT;
    chore_picture *p = &out->at[out->n++];
    chore_copy(p->camera, sizeof p->camera, name);
    p->shot = (chore_shot){.camera = of.id,
                           .view = chore_view_make(of.width, of.height, of.fovy, sized ? (int)width : of.width * small / of.height,
                                                   sized ? (int)height : small, fit),
                           .shadows = json_is_true(json_object_get(asked, "shadows")),
                           .smooth = json_is_true(json_object_get(asked, "smooth")),
                           .flip_x = json_is_true(json_object_get(asked, "flip_x")),
                           .flip_y = json_is_true(json_object_get(asked, "flip_y"))};
}

static uint64_t lot_of(const json_t *header)
{
    const char *text = json_string_value(json_object_get(header, "appearance"));
    return text ? (uint64_t)strtoull(text, NULL, 16) : 0;
}

void chore_pictures_read(chore_pictures *out, const chore_trace *trace, const chore_scene *scene)
{
    const mjModel *model = chore_scene_model(scene);
    const chore_embodiment *robot = chore_scene_embodiment(scene);
    json_t *header = json_loads(chore_trace_header(trace), 0, NULL), *item;
    size_t i;
    *out = (chore_pictures){.lot = lot_of(header)};
    json_array_foreach(json_object_get(header, "pictures"), i, item)
    {
        add(out, model, json_string_value(json_object_get(item, "camera")), item);
    }
    json_decref(header);
    out->asked = out->n > 0;
    if (!out->asked) {
        for (int k = 0; k < robot->n_cameras; k++) {
            add(out, model, robot->cameras[k], NULL);
        }
        if (out->n < 3) {
            add(out, model, chore_scene_cameras(scene)[0], NULL);
        }
    }
}
