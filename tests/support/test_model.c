#include "test_model.h"
#include <chore/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ARM[] =
    "<body name='link0' childclass='arm'>"
    " <geom type='cylinder' size='.07 .06' pos='0 0 .06'/>"
    " <body name='link1' pos='0 0 .333' gravcomp='1'>"
    "  <inertial pos='0 -.022 -.0476' mass='2.7907' diaginertia='.018 .016 .006'/>"
    "  <joint name='joint1' axis='0 0 1' range='-2.8973 2.8973'/>"
    "  <body name='link2' quat='.7071068 -.7071068 0 0' gravcomp='1'>"
    "   <inertial pos='0 -.0921 .0191' mass='2.542' diaginertia='.018 .006 .017'/>"
    "   <joint name='joint2' axis='0 0 1' range='-1.7628 1.7628'/>"
    "   <geom type='capsule' size='.055' fromto='0 0 0 0 -.2 0'/>"
    "   <body name='link3' pos='0 -.316 0' quat='.7071068 .7071068 0 0' gravcomp='1'>"
    "    <inertial pos='.0515 .017 -.0297' mass='2.2513' diaginertia='.009 .009 .009'/>"
    "    <joint name='joint3' axis='0 0 1' range='-2.8973 2.8973'/>"
    "    <body name='link4' pos='.0825 0 0' quat='.7071068 .7071068 0 0' gravcomp='1'>"
    "     <inertial pos='-.0511 .0583 .017' mass='2.2037' diaginertia='.01 .009 .014'/>"
    "     <joint name='joint4' axis='0 0 1' range='-3.0718 -.0698'/>"
    "     <body name='link5' pos='-.0825 .384 0' quat='.7071068 -.7071068 0 0' gravcomp='1'>"
    "      <inertial pos='0 .0373 -.0928' mass='2.2855' diaginertia='.017 .016 .004'/>"
    "      <joint name='joint5' axis='0 0 1' range='-2.8973 2.8973'/>"
    "      <geom type='capsule' size='.045' fromto='0 0 -.22 0 0 -.08'/>"
    "      <body name='link6' quat='.7071068 .7071068 0 0' gravcomp='1'>"
    "       <inertial pos='.0657 -.0037 .0015' mass='1.353' diaginertia='.002 .004 .003'/>"
    "       <joint name='joint6' axis='0 0 1' range='-.0175 3.7525'/>"
    "       <body name='link7' pos='.088 0 0' quat='.7071068 .7071068 0 0' gravcomp='1'>"
    "        <inertial pos='0 0 .0549' mass='.3597' diaginertia='.0004 .0004 .0003'/>"
    "        <joint name='joint7' axis='0 0 1' range='-2.8973 2.8973'/>"
    "        <body name='hand' pos='0 0 .107' quat='.9238795 0 0 -.3826834' gravcomp='1'>"
    "         <inertial pos='0 0 .028' mass='.6544' diaginertia='.0012 .0005 .0012'/>"
    "         <geom type='box' size='.025 .07 .025' pos='0 0 .03'/>"
    "         <site name='tool' pos='0 0 .125'/>"
    "         <body name='finger_left' pos='0 0 .056' gravcomp='1'>"
    "          <inertial pos='0 .012 .035' mass='.0291' diaginertia='1.5e-5 1.5e-5 3e-6'/>"
    "          <joint name='finger_left' class='finger'/>"
    "          <geom name='pad_left' class='pad'/>"
    "         </body>"
    "         <body name='finger_right' pos='0 0 .056' quat='0 0 0 1' gravcomp='1'>"
    "          <inertial pos='0 .012 .035' mass='.0291' diaginertia='1.5e-5 1.5e-5 3e-6'/>"
    "          <joint name='finger_right' class='finger'/>"
    "          <geom name='pad_right' class='pad'/>"
    "         </body>"
    "        </body></body></body></body></body></body></body></body></body>";

static const char DEFAULTS[] =
    "<default>"
    " <geom condim='4' friction='.8 .02 .0001'/>"
    " <default class='arm'>"
    "  <joint armature='.1' damping='1'/>"
    "  <geom mass='0' condim='3'/>"
    "  <default class='finger'><joint type='slide' axis='0 1 0' range='0 .04' armature='.1' damping='5'/></default>"
    "  <default class='pad'><geom type='box' size='.006 .0044 .009' pos='0 .0044 .069' condim='4' priority='1'"
    "   friction='1 .02 .0001' solimp='.99 .99 .001' solref='.01 1'/></default>"
    "  <default class='big'><position kp='4500' kv='150' forcerange='-87 87' inheritrange='1'/></default>"
    "  <default class='mid'><position kp='3500' kv='120' forcerange='-87 87' inheritrange='1'/></default>"
    "  <default class='small'><position kp='2000' kv='30' forcerange='-12 12' inheritrange='1'/></default>"
    " </default>"
    "</default>";

static const char DRIVES[] =
    "<contact><exclude body1='link0' body2='link1'/><exclude body1='link0' body2='link2'/>"
    " <exclude body1='finger_left' body2='finger_right'/></contact>"
    "<tendon><fixed name='gripper'><joint joint='finger_left' coef='.5'/><joint joint='finger_right' coef='.5'/>"
    "</fixed></tendon>"
    "<equality><joint joint1='finger_left' joint2='finger_right' solref='.0067 1' solimp='.95 .99 .001'/></equality>"
    "<actuator>"
    " <position name='joint1' class='big' joint='joint1'/><position name='joint2' class='big' joint='joint2'/>"
    " <position name='joint3' class='mid' joint='joint3'/><position name='joint4' class='mid' joint='joint4'/>"
    " <position name='joint5' class='small' joint='joint5'/><position name='joint6' class='small' joint='joint6'/>"
    " <position name='joint7' class='small' joint='joint7'/>"
    " <position name='gripper' tendon='gripper' kp='2000' kv='100' forcerange='-60 60' ctrlrange='-.04 .04'/>"
    "</actuator>";

static const char OPTION[] =
    "timestep='.0033333333333333335' integrator='discrete' solver='Newton' tolerance='1e-5' "
    "cone='elliptic' impratio='10'";
static const char FLAGS[] = "sleep='enable' autoreset='disable'";

mjModel *test_model_make(test_model_options options)
{
    chore_text xml = {0};
    chore_text_add(&xml, "<mujoco><compiler angle='radian' autolimits='true'/><option %s><flag %s/></option>",
                   options.option ? options.option : OPTION, options.flags ? options.flags : FLAGS);
    chore_text_add(
        &xml,
        "<size memory='16M'/>%s<worldbody><geom name='floor' type='plane' size='3 3 .1' pos='0 0 -.75'/>"
        "<body name='table' pos='.5 0 -.02'><geom name='top' type='box' size='.35 .6 .02'/></body>%s",
        DEFAULTS, ARM);
    for (int i = 0; i < options.n_boxes; i++) {
        chore_text_add(&xml,
                       "<body name='box_%d' pos='%g %g .025'><freejoint/><geom name='box_%d' type='box' "
                       "size='.02 .02 .02' mass='.05'/></body>",
                       i, .35 + .07 * (i % 5), -.4 + .08 * (i / 5), i);
    }
    chore_text_add(&xml, "</worldbody>%s</mujoco>", DRIVES);

    char message[1000] = "";
    mjSpec *spec = mj_parseXMLString(chore_text_get(&xml), NULL, message, sizeof message);
    mjModel *model = spec ? mj_compile(spec, NULL) : NULL;
    if (!model) {
        fprintf(stderr, "test model: %s%s\n", message, spec ? mjs_getError(spec) : "");
        abort();
    }
    mj_deleteSpec(spec);
    chore_text_release(&xml);
    return model;
}

static int id_of(const mjModel *model, int type, const char *name)
{
    int id = mj_name2id(model, type, name);
    if (id < 0) {
        fprintf(stderr, "test model: no '%s'\n", name);
        abort();
    }
    return id;
}

static void fill_arm(chore_arm *arm, const mjModel *model)
{
    static const double home[7] = {0, -.785398, 0, -2.356194, 0, 1.570796, .785398};
    *arm = (chore_arm){.n_dof = 7, .gripper_width_m = .08};
    chore_copy(arm->name, sizeof arm->name, "arm");
    arm->base_body = id_of(model, mjOBJ_BODY, "link0");
    for (int j = 0; j < 7; j++) {
        char name[16];
        snprintf(name, sizeof name, "joint%d", j + 1);
        arm->joint[j] = id_of(model, mjOBJ_JOINT, name);
        arm->actuator[j] = id_of(model, mjOBJ_ACTUATOR, name);
        arm->velocity_limit[j] = j < 4 ? 2.175 : 2.61;
        arm->home[j] = home[j];
    }
    arm->tool_site = id_of(model, mjOBJ_SITE, "tool");
    arm->gripper_actuator = id_of(model, mjOBJ_ACTUATOR, "gripper");
    arm->finger_joint[0] = id_of(model, mjOBJ_JOINT, "finger_left");
    arm->finger_joint[1] = id_of(model, mjOBJ_JOINT, "finger_right");
    arm->pad_geom[0] = id_of(model, mjOBJ_GEOM, "pad_left");
    arm->pad_geom[1] = id_of(model, mjOBJ_GEOM, "pad_right");
}

chore_world_def test_world_def(const mjModel *model, int control_hz)
{
    static _Thread_local chore_object_ref boxes[CHORE_MAX_OBJECTS];
    chore_world_def def = chore_world_def_default();
    def.model = model;
    def.control_hz = control_hz ? control_hz : def.control_hz;
    def.embodiment.version = 1;
    def.embodiment.n_arms = 1;
    chore_copy(def.embodiment.name, sizeof def.embodiment.name, "arm");
    fill_arm(&def.embodiment.arms[0], model);
    for (int i = 0; i < CHORE_MAX_OBJECTS; i++) {
        snprintf(boxes[i].name, sizeof boxes[i].name, "box_%d", i);
        boxes[i].body = mj_name2id(model, mjOBJ_BODY, boxes[i].name);
        if (boxes[i].body < 0) {
            break;
        }
        def.n_objects = i + 1;
    }
    def.objects = boxes;
    return def;
}
