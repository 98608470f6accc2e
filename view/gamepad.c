#include "gamepad_internal.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <math.h>

#define DEAD 0.15f /* around a stick's middle, where worn ones wander */

static double stick(float value)
{
    const float beyond = fabsf(value) - DEAD;
    return beyond > 0 ? (double)copysignf(beyond / (1 - DEAD), value) : 0;
}

static double trigger(float value) /* -1 released, 1 down */
{
    return stick((value + 1) / 2);
}

static double either(const GLFWgamepadstate *pad, int more, int less)
{
    return pad->buttons[more] - pad->buttons[less];
}

bool gamepad_read(driver_pad *out)
{
    GLFWgamepadstate pad;
    *out = (driver_pad){0};
    for (int id = GLFW_JOYSTICK_1; id <= GLFW_JOYSTICK_LAST; id++) {
        if (!glfwJoystickIsGamepad(id) || !glfwGetGamepadState(id, &pad)) {
            continue;
        }
        *out = (driver_pad){.right = stick(pad.axes[GLFW_GAMEPAD_AXIS_LEFT_X]),
                            .away = -stick(pad.axes[GLFW_GAMEPAD_AXIS_LEFT_Y]),
                            .yaw = -stick(pad.axes[GLFW_GAMEPAD_AXIS_RIGHT_X]),
                            .up = -stick(pad.axes[GLFW_GAMEPAD_AXIS_RIGHT_Y]),
                            .pitch = either(&pad, GLFW_GAMEPAD_BUTTON_DPAD_UP, GLFW_GAMEPAD_BUTTON_DPAD_DOWN),
                            .roll = either(&pad, GLFW_GAMEPAD_BUTTON_DPAD_RIGHT, GLFW_GAMEPAD_BUTTON_DPAD_LEFT),
                            .grip = trigger(pad.axes[GLFW_GAMEPAD_AXIS_LEFT_TRIGGER]) -
                                    trigger(pad.axes[GLFW_GAMEPAD_AXIS_RIGHT_TRIGGER]),
                            .slow = pad.buttons[GLFW_GAMEPAD_BUTTON_LEFT_BUMPER] == GLFW_PRESS,
                            .limb = pad.buttons[GLFW_GAMEPAD_BUTTON_Y] == GLFW_PRESS,
                            .pass = pad.buttons[GLFW_GAMEPAD_BUTTON_START] == GLFW_PRESS,
                            .end = pad.buttons[GLFW_GAMEPAD_BUTTON_BACK] == GLFW_PRESS};
        return true;
    }
    return false;
}
