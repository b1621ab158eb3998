"""Muon: momentum whose update of each weight matrix is replaced by the nearest matrix with equal singular values.

Keller Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024. A convolution's weight counts as the
matrix [outputs, inputs * height * width].
"""

from collections import defaultdict

import torch


def orthogonal(matrix, iterations=5):
    """Newton-Schulz iteration with the published quintic's coefficients: singular values end in about 0.7..1.2.

    Every step multiplies by a polynomial of the Gram matrix, so the small square matrices are iterated alone and the wide
    one is multiplied once. One matrix [m, n], or many [..., m, n]. Products must be whole float32: with those of 10 bits
    (TF32) singular values near 0 grow from step to step, and training ends in infinities after some hundred.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[-2] > matrix.shape[-1]
    x = matrix.mT if tall else matrix
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    gram = x @ x.mT
    identity = torch.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)
    product = identity
    for _ in range(iterations):
        polynomial = a * identity + (b * identity + c * gram) @ gram
        product = polynomial @ product
        gram = polynomial @ gram @ polynomial
    x = product @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """For weights of two or more dimensions; the update's size is that of an Adam update with the same rate."""

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.01):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alike = defaultdict(list)  # weights of one shape go together: an accelerator waits for many small ones
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[weight.shape].append(weight)
            for weights in alike.values():
                self._step(weights, group)

    def _step(self, weights, group):
        for weight in weights:
            if not self.state[weight]:
                self.state[weight]["momentum"] = torch.zeros_like(weight)
            self.state[weight]["momentum"].lerp_(weight.grad, 1 - group["momentum"])
        gradients, momenta = (torch.stack(each) for each in zip(*((weight.grad, self.state[weight]["momentum"]) for weight in weights)))
        directions = gradients.lerp(momenta, group["momentum"]).flatten(2)
        updates = orthogonal(directions) * 0.2 * max(directions.shape[1:]) ** 0.5
        for weight, update in zip(weights, updates):
            weight.mul_(1 - group["lr"] * group["weight_decay"])
            weight.add_(update.view(weight.shape), alpha=-group["lr"])
