"""Muon: momentum whose update of each weight matrix is replaced by the nearest matrix with equal singular values.

Keller Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024. A convolution's weight counts as the
matrix [outputs, inputs * height * width].
"""

import torch


def orthogonal(matrix, iterations=5):
    """Newton-Schulz iteration with the published quintic's coefficients: singular values end in about 0.7..1.2.

    Every step multiplies by a polynomial of the Gram matrix, so the small square matrices are iterated alone and the wide
    one is multiplied once.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.t() if tall else matrix
    x = x / (x.norm() + 1e-7)
    gram = x @ x.t()
    identity = torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    product = identity
    for _ in range(iterations):
        polynomial = a * identity + (b * identity + c * gram) @ gram
        product = polynomial @ product
        gram = polynomial @ gram @ polynomial
    x = product @ x
    return x.t() if tall else x


class Muon(torch.optim.Optimizer):
    """For weights of two or more dimensions; the update's size is that of an Adam update with the same rate."""

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.01):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                momentum = state["momentum"].lerp_(weight.grad, 1 - group["momentum"])
                direction = weight.grad.lerp(momentum, group["momentum"]).flatten(1)
                update = orthogonal(direction) * 0.2 * max(direction.shape) ** 0.5
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update.view_as(weight), alpha=-group["lr"])
