"""Values and gradients of losses for embeddings, as sentence-transformers computes them.

    python Scripts/parity/embedding_losses.py Tests/InkTrainingTests/Fixtures/embedding_losses.json
"""

import json
import sys

import numpy
import torch
from sentence_transformers import losses


def vectors(count: int, width: int, factor: float) -> torch.Tensor:
    places = numpy.arange(count * width).reshape(count, width)
    rows = numpy.arange(count).reshape(count, 1)
    columns = numpy.arange(width).reshape(1, width)
    numbers = numpy.sin(0.7 * places * factor + 0.3 * rows + columns + 0.1).astype(numpy.float32)
    return torch.tensor(numpy.round(numbers, 4).astype(numpy.float64))


class Identity(torch.nn.Module):
    """Texts are their vectors."""

    def forward(self, features: dict) -> dict:
        return {"sentence_embedding": features["vectors"]}


anchors, partners, negatives = vectors(5, 6, 1.0), vectors(5, 6, 1.7), vectors(5, 6, 2.3)
scores = torch.tensor([0.2, 0.9, 0.5, 0.5, 0.0], dtype=torch.float64)
distances = losses.TripletDistanceMetric
model = Identity()
cases = {
    "inBatch": (losses.MultipleNegativesRankingLoss(model, scale=20), [anchors, partners], None),
    "negatives": (losses.MultipleNegativesRankingLoss(model, scale=20), [anchors, partners, negatives], None),
    "cosent": (losses.CoSENTLoss(model, scale=20), [anchors, partners], scores),
    "angle": (losses.AnglELoss(model, scale=20), [anchors, partners], scores),
    "tripletCosine": (
        losses.TripletLoss(model, distance_metric=distances.COSINE, triplet_margin=0.5),
        [anchors, partners, negatives],
        None,
    ),
    "tripletEuclidean": (
        losses.TripletLoss(model, distance_metric=distances.EUCLIDEAN, triplet_margin=5),
        [anchors, partners, negatives],
        None,
    ),
}
result = {
    "anchors": anchors.flatten().tolist(),
    "partners": partners.flatten().tolist(),
    "negatives": negatives.flatten().tolist(),
    "scores": scores.tolist(),
    "losses": {},
}
for name, (loss, inputs, labels) in cases.items():
    inputs = [tensor.clone().requires_grad_(True) for tensor in inputs]
    value = loss([{"vectors": tensor} for tensor in inputs], labels)
    value.backward()
    result["losses"][name] = {
        "value": value.item(),
        "gradients": [[round(number, 9) for number in tensor.grad.flatten().tolist()] for tensor in inputs],
    }
with open(sys.argv[1], "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
