# torch_vision.py: from two pictures of 224 x 224 to joint motion, by a small network whose weights are random. It achieves nothing; it shows the way.
import torch
from torch import nn

from chorebench import Request

PICTURE = {"shape": [3, 224, 224], "fit": "centre_crop", "layout": "chw", "dtype": "f32", "scale": 1.0, "convert": "chw f32"}


class TwoCameras:
    def __init__(self, config=""):
        torch.manual_seed(0)
        torch.set_num_threads(1)  # sums in one order: the same actions in every run
        self.eyes = nn.Sequential(
            nn.Conv2d(3, 8, 7, stride=4), nn.ReLU(), nn.Conv2d(8, 16, 5, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.head = nn.LazyLinear(8)

    def negotiate(self, offer):
        cameras = [{"name": name, **PICTURE} for name in ("cam.wrist", "cam.front")]
        return Request(mode="joint_delta", fields=[*cameras, "proprio.joint_pos"], horizon=4, caps=["deterministic"])

    @torch.inference_mode()
    def act(self, obs):
        seen = [self.eyes(torch.tensor(obs[name])[None])[0] for name in ("cam.wrist", "cam.front")]
        out = self.head(torch.cat([*seen, torch.tensor(obs["proprio.joint_pos"])]))
        joints, fingers = 0.02 * torch.tanh(out[:7]), 0.04 * torch.sigmoid(out[7:])
        return torch.cat([joints, fingers]).expand(4, 8)
