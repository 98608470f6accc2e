/* What an appearance changes: X(type, array of mjModel, how many, numbers of each). */
X(float, mat_rgba, nmat, 4)
X(float, geom_rgba, ngeom, 4)
X(float, flex_rgba, nflex, 4)
X(float, light_diffuse, nlight, 3)
X(float, light_ambient, nlight, 3)
X(mjtNum, light_dir, nlight, 3)
X(mjtNum, cam_pos, ncam, 3)
X(mjtNum, cam_quat, ncam, 4)
