#include <chore/look.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <chore/text.h>

#define FREE "free:"

static const char *const qualities[CHORE_QUALITY_COUNT] = {
    [CHORE_QUALITY_MEDIUM] = "medium", [CHORE_QUALITY_LOW] = "low", [CHORE_QUALITY_HIGH] = "high"};

chore_status chore_quality_parse(const char *text, chore_quality *out, chore_error *err)
{
    int found;
    const chore_status status = chore_parse_word("quality", text, qualities, CHORE_QUALITY_COUNT, &found, err);
    if (status == CHORE_OK) {
        *out = (chore_quality)found;
    }
    return status;
}

/* "X,Y,Z,DISTANCE,AZIMUTH,ELEVATION" */
static chore_status parse_viewpoint(const char *text, chore_viewpoint *out, chore_error *err)
{
    double *const fields[] = {&out->at[0], &out->at[1], &out->at[2], &out->distance_m, &out->azimuth_deg, &out->elevation_deg};
    const size_t n = sizeof fields / sizeof fields[0];
    char numbers[128], *rest = NULL;
    size_t i = 0;
    bool good = chore_copy(numbers, sizeof numbers, text);
    for (char *word = strtok_r(numbers, ",", &rest); word && good; word = strtok_r(NULL, ",", &rest)) {
        good = i < n && chore_parse_quantity(word, CHORE_UNIT_NONE, fields[i++], NULL) == CHORE_OK;
    }
    return good && i == n && out->distance_m > 0
               ? CHORE_OK
               : chore_fail(err, CHORE_E_USAGE,
                            "camera '" FREE "%.60s': expected " FREE "X,Y,Z,DISTANCE,AZIMUTH,ELEVATION, the point looked at and the distance in metres, angles in degrees",
                            text);
}

chore_status chore_eye_open(chore_eye *out, chore_reel *reel, const chore_look *look, int width, int height, chore_error *err)
{
    chore_render_def def = chore_render_def_default();
    *out = (chore_eye){.camera = look->camera ? look->camera : chore_scene_cameras(chore_reel_scene(reel))[0]};
    out->free = strncmp(out->camera, FREE, sizeof FREE - 1) == 0;
    def.model = chore_scene_model(chore_reel_scene(reel));
    if (look->appearance == CHORE_APPEARANCE_SEEDED) {
        out->appearance = chore_appearance_create(def.model);
        chore_appearance_wear(out->appearance, chore_reel_lot(reel));
        def.model = chore_appearance_model(out->appearance);
    }
    def.width = width;
    def.height = height;
    def.shadows = look->quality != CHORE_QUALITY_LOW;
    def.samples = look->quality == CHORE_QUALITY_LOW ? 0 : look->quality == CHORE_QUALITY_HIGH ? 8 : 4;
    def.rough = look->quality == CHORE_QUALITY_LOW;
    def.shadow_size = 2048;
    def.lamps = look->quality == CHORE_QUALITY_HIGH ? 4 : 1;
    const chore_status status = out->free ? parse_viewpoint(out->camera + sizeof FREE - 1, &out->viewpoint, err) : CHORE_OK;
    return status == CHORE_OK ? chore_renderer_create(&out->renderer, &def, err) : status;
}

void chore_eye_close(chore_eye *eye)
{
    chore_renderer_destroy(eye->renderer);
    chore_appearance_destroy(eye->appearance);
    eye->renderer = NULL;
    eye->appearance = NULL;
}

chore_status chore_eye_see(chore_eye *eye, chore_reel *reel, chore_image *image, chore_error *err)
{
    const mjData *data = chore_world_data(chore_episode_world(chore_reel_episode(reel)));
    return eye->free ? chore_renderer_frame_from(eye->renderer, data, &eye->viewpoint, image, err)
                     : chore_renderer_frame(eye->renderer, data, eye->camera, image, err);
}

chore_status chore_look_span(const chore_look *look, const chore_reel *reel, uint64_t *first, uint64_t *last, chore_error *err)
{
    const double hz = chore_reel_hz(reel), end_s = (double)chore_reel_steps(reel) / hz;
    if (look->from_s > end_s || (look->to_s > 0 && look->to_s < look->from_s)) {
        return chore_fail(err, CHORE_E_USAGE, "nothing lies between %g s and %g s: the episode is %.2f s long", look->from_s,
                          look->to_s > 0 ? look->to_s : end_s, end_s);
    }
    *first = (uint64_t)llround(look->from_s * hz);
    *last = look->to_s > 0 && look->to_s < end_s ? (uint64_t)llround(look->to_s * hz) : chore_reel_steps(reel);
    return CHORE_OK;
}
