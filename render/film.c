/* Film strips: an episode on one sheet that a person understands at a glance. */
#include "palette_internal.h"
#include "typeset_internal.h"

#include <stdlib.h>
#include <string.h>

/* Distances in pixels. */
enum {
    MARGIN = 28,
    GAP = 16,     /* between cards */
    BAR = 10,     /* outcome, on top of the sheet */
    HEADING = 38, /* line heights */
    SECOND = 26,
    TITLE = 25,
    BODY = 22,
    PADDING = 9,       /* around a caption */
    STRIP = 6,         /* accent under a frame */
    HEADING_LINES = 2, /* at most, of either heading */
    BODY_LINES = 2
};

typedef struct film_frame {
    chore_image image;
    chore_accent accent;
    chore_text title, body; /* folded lines */
    int body_lines;
} film_frame;

struct chore_film {
    chore_renderer *renderer;
    int columns, width, height; /* of a frame */
    chore_text heading, second; /* UTF-8 */
    chore_accent outcome;
    film_frame *frames;
    int n_frames, cap_frames;
};

chore_status chore_film_create(chore_film **out, chore_renderer *renderer, int columns,
                               int frame_width, int frame_height, chore_error *err)
{
    *out = NULL;
    if (columns < 1 || columns > 12 || frame_width < 160 || frame_width > 1920 ||
        frame_height < 120 || frame_height > 1440) {
        return chore_fail(err, CHORE_E_USAGE,
                          "a film of %d columns and %d x %d pixels: expected 1 to 12 columns, "
                          "160 x 120 to 1920 x 1440 pixels",
                          columns, frame_width, frame_height);
    }
    if (chore_renderer_font(renderer, err) == NULL) {
        return err != NULL ? err->status : CHORE_E_RENDER;
    }
    chore_film *film = calloc(1, sizeof *film);
    if (film == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a film");
    }
    *film = (chore_film){
        .renderer = renderer, .columns = columns, .width = frame_width, .height = frame_height};
    *out = film;
    return CHORE_OK;
}

static void release_frame(film_frame *frame)
{
    chore_image_release(&frame->image);
    chore_text_release(&frame->title);
    chore_text_release(&frame->body);
}

void chore_film_destroy(chore_film *film)
{
    if (film == NULL) {
        return;
    }
    for (int i = 0; i < film->n_frames; i++) {
        release_frame(&film->frames[i]);
    }
    free(film->frames);
    chore_text_release(&film->heading);
    chore_text_release(&film->second);
    free(film);
}

static void replace_text(chore_text *text, const char *with)
{
    chore_text_clear(text);
    chore_text_add(text, "%s", with != NULL ? with : "");
}

void chore_film_heading(chore_film *film, const char *line, const char *second_line)
{
    replace_text(&film->heading, line);
    replace_text(&film->second, second_line);
}

static chore_accent known_accent(chore_accent accent)
{
    return (int)accent >= 0 && accent < CHORE_ACCENT_COUNT ? accent : CHORE_ACCENT_NONE;
}

void chore_film_outcome(chore_film *film, chore_accent accent)
{
    film->outcome = known_accent(accent);
}

int chore_film_frames(const chore_film *film)
{
    return film->n_frames;
}

/* ---- frames ------------------------------------------------------------------------------------ */

static chore_face face_of(const chore_film *film, int line_height, bool bold)
{
    /* made in chore_film_create, so it is there */
    return (chore_face){.font = chore_renderer_font(film->renderer, NULL),
                        .line_height = line_height,
                        .bold = bold};
}

static void set_caption(const chore_film *film, film_frame *frame, const char *caption)
{
    const int width = film->width - 2 * PADDING;
    const chore_face title = face_of(film, TITLE, true), body = face_of(film, BODY, false);
    const size_t first = strcspn(caption, "\n");
    chore_text line = {0};
    chore_text_add_bytes(&line, caption, first);
    chore_typeset_wrap(&title, chore_text_get(&line), width, 1, &frame->title);
    chore_text_release(&line);
    if (caption[first] == '\n') {
        frame->body_lines =
            chore_typeset_wrap(&body, caption + first + 1, width, BODY_LINES, &frame->body);
    }
}

static chore_status make_room(chore_film *film, chore_error *err)
{
    if (film->n_frames < film->cap_frames) {
        return CHORE_OK;
    }
    const int cap = film->cap_frames > 0 ? 2 * film->cap_frames : 16;
    film_frame *larger = realloc(film->frames, (size_t)cap * sizeof *larger);
    if (larger == NULL) {
        return chore_fail(err, CHORE_E_MEMORY, "no memory for a film of %d frames", cap);
    }
    film->frames = larger;
    film->cap_frames = cap;
    return CHORE_OK;
}

/* Draws `data`, or copies `image` where there is no data. */
static chore_status add_frame(chore_film *film, const mjData *data, const char *camera,
                              const chore_image *image, const char *caption, chore_accent accent,
                              chore_error *err)
{
    film_frame frame = {.accent = known_accent(accent)};
    chore_status status = make_room(film, err);
    if (status == CHORE_OK) {
        status = chore_image_create(&frame.image, film->width, film->height, err);
    }
    if (status == CHORE_OK && data != NULL) {
        status = chore_renderer_frame(film->renderer, data, camera, &frame.image, err);
    }
    if (status != CHORE_OK) {
        release_frame(&frame);
        return status;
    }
    if (data == NULL) {
        chore_image_paste(&frame.image, 0, 0, image);
    }
    set_caption(film, &frame, caption != NULL ? caption : "");
    film->frames[film->n_frames++] = frame;
    return CHORE_OK;
}

chore_status chore_film_add(chore_film *film, const mjData *data, const char *camera,
                            const char *caption, chore_accent accent, chore_error *err)
{
    return add_frame(film, data, camera, NULL, caption, accent, err);
}

chore_status chore_film_add_image(chore_film *film, const chore_image *image, const char *caption,
                                  chore_accent accent, chore_error *err)
{
    if (image->width != film->width || image->height != film->height) {
        return chore_fail(err, CHORE_E_USAGE, "a frame of %d x %d pixels in a film of %d x %d",
                          image->width, image->height, film->width, film->height);
    }
    return add_frame(film, NULL, NULL, image, caption, accent, err);
}

/* ---- layout ------------------------------------------------------------------------------------ */

typedef struct layout {
    int columns, rows, width, height; /* of the sheet */
    chore_text heading, second;       /* folded lines */
    int second_y, grid_y;
} layout;

/* Frames of a row share the height of the row's longest caption. */
static int row_height(const chore_film *film, const layout *plan, int row)
{
    int body_lines = 0;
    for (int i = row * plan->columns; i < (row + 1) * plan->columns && i < film->n_frames; i++) {
        const int lines = film->frames[i].body_lines;
        body_lines = lines > body_lines ? lines : body_lines;
    }
    return film->height + STRIP + 2 * PADDING + TITLE + body_lines * BODY;
}

static layout plan_sheet(const chore_film *film)
{
    layout plan = {.columns = film->n_frames < film->columns ? film->n_frames : film->columns};
    const chore_face heading = face_of(film, HEADING, true), second = face_of(film, SECOND, false);
    plan.rows = (film->n_frames + plan.columns - 1) / plan.columns;
    plan.width = 2 * MARGIN + plan.columns * film->width + (plan.columns - 1) * GAP;

    const int text_width = plan.width - 2 * MARGIN;
    int y = BAR + MARGIN - PADDING;
    y += HEADING * chore_typeset_wrap(&heading, chore_text_get(&film->heading), text_width,
                                      HEADING_LINES, &plan.heading);
    plan.second_y = y;
    y += SECOND * chore_typeset_wrap(&second, chore_text_get(&film->second), text_width,
                                     HEADING_LINES, &plan.second);
    plan.grid_y = y + GAP;
    plan.height = plan.grid_y + MARGIN + (plan.rows - 1) * GAP;
    for (int row = 0; row < plan.rows; row++) {
        plan.height += row_height(film, &plan, row);
    }
    return plan;
}

/* ---- painting ---------------------------------------------------------------------------------- */

static chore_rect grown(chore_rect rect, int by)
{
    return (chore_rect){.x = rect.x - by,
                        .y = rect.y - by,
                        .width = rect.width + 2 * by,
                        .height = rect.height + 2 * by};
}

static void paint_card(const chore_film *film, const film_frame *frame, chore_image *sheet,
                       chore_rect card)
{
    const chore_face title = face_of(film, TITLE, true), body = face_of(film, BODY, false);
    const uint8_t *accent = chore_palette[frame->accent].strip;
    const int below = card.y + film->height;
    chore_image_fill(sheet, grown(card, frame->accent == CHORE_ACCENT_NONE ? 1 : 3), accent);
    chore_image_fill(sheet, card, chore_card_colour);
    chore_image_paste(sheet, card.x, card.y, &frame->image);
    chore_image_fill(
        sheet, (chore_rect){.x = card.x, .y = below, .width = card.width, .height = STRIP}, accent);
    const int x = card.x + PADDING, y = below + STRIP + PADDING;
    chore_typeset_draw(&title, sheet, x, y, chore_text_get(&frame->title),
                       chore_palette[frame->accent].title);
    chore_typeset_draw(&body, sheet, x, y + TITLE, chore_text_get(&frame->body), chore_soft_colour);
}

static void paint_sheet(const chore_film *film, const layout *plan, chore_image *sheet)
{
    const chore_face heading = face_of(film, HEADING, true), second = face_of(film, SECOND, false);
    chore_image_fill(sheet, (chore_rect){.width = plan->width, .height = plan->height},
                     chore_sheet_colour);
    chore_image_fill(sheet, (chore_rect){.width = plan->width, .height = BAR},
                     film->outcome == CHORE_ACCENT_NONE ? chore_ink_colour
                                                        : chore_palette[film->outcome].strip);
    chore_typeset_draw(&heading, sheet, MARGIN, BAR + MARGIN - PADDING,
                       chore_text_get(&plan->heading), chore_ink_colour);
    chore_typeset_draw(&second, sheet, MARGIN, plan->second_y, chore_text_get(&plan->second),
                       chore_soft_colour);
    int y = plan->grid_y;
    for (int row = 0; row < plan->rows; row++) {
        const int height = row_height(film, plan, row);
        for (int column = 0; column < plan->columns; column++) {
            const int i = row * plan->columns + column;
            const chore_rect card = {.x = MARGIN + column * (film->width + GAP),
                                     .y = y,
                                     .width = film->width,
                                     .height = height};
            if (i < film->n_frames) {
                paint_card(film, &film->frames[i], sheet, card);
            }
        }
        y += height + GAP;
    }
}

chore_status chore_film_write(chore_film *film, const char *path, chore_error *err)
{
    if (film->n_frames == 0) {
        return chore_fail(err, CHORE_E_USAGE, "cannot write '%s': the film has no frames", path);
    }
    layout plan = plan_sheet(film);
    chore_image sheet = {0};
    chore_status status = chore_image_create(&sheet, plan.width, plan.height, err);
    if (status == CHORE_OK) {
        paint_sheet(film, &plan, &sheet);
        status = chore_png_write(path, &sheet, err);
    }
    chore_image_release(&sheet);
    chore_text_release(&plan.heading);
    chore_text_release(&plan.second);
    return status;
}
