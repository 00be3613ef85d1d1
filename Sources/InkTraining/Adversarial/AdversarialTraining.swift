/// Training on inputs that are moved to where the loss is larger: an option of any recipe.
///
/// Every method attacks embeddings. Weights that an attack moves are put back to the bit.
public enum AdversarialTraining: Sendable, Hashable {
  /// One step of `epsilon` along the gradient of the embedding table (Miyato, Dai and Goodfellow, 2017, "FGM"). The
  /// gradient of the attacked pass is added to that of the clean one.
  case fgm(epsilon: Float)
  /// Several steps of `alpha` inside a ball of `epsilon` around the embedding table (Madry et al., 2018, "PGD"); the
  /// gradient at the last one is added to the clean one.
  case pgd(epsilon: Float, alpha: Float, steps: Int)
  /// Every batch is used several times; each use updates the weights and moves the perturbation of the embeddings of its
  /// tokens by `epsilon` along its gradient's signs, within `epsilon` (Shafahi et al., 2019, "FreeAT"). The perturbation
  /// begins as zero for every batch, since the next one has other tokens. All uses are one step, with one learning rate.
  case freeAT(epsilon: Float, replays: Int)
  /// The mean gradient over the steps of an attack on the embeddings of the batch's tokens (Zhu et al., 2020, "FreeLB").
  ///
  /// - `start`: the size of the random perturbation that the attack begins with.
  case freeLB(epsilon: Float, alpha: Float, start: Float, steps: Int)
  /// The loss plus `weight` times the divergence between the outputs of clean and perturbed embeddings, whose
  /// perturbation is found by ascent (Jiang et al., 2020, "SMART"): steps of `alpha` along the gradient, divided by its
  /// largest element of the token, each element within `epsilon`. For models that predict tokens or classes.
  ///
  /// - `deviation`: of the random perturbation that the ascent begins with.
  case smart(weight: Float, epsilon: Float, alpha: Float, deviation: Float, steps: Int)
}
