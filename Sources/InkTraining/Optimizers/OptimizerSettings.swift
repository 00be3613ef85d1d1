public import InkTensor

/// Which optimizer changes the weights, with its numbers. The defaults are those of PyTorch, of transformers for
/// Adafactor, and of the papers for the others.
public enum OptimizerSettings: Sendable, Hashable {
  /// AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019).
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  /// AdamW whose moments take 8 bits (Dettmers et al., "8-bit Optimizers via Block-wise Quantization", 2022).
  ///
  /// - `block`: elements that share a scale: a multiple of 16, at most 2048.
  /// - `smallest`: weights of fewer elements keep moments in f32.
  case codedAdamW(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, block: Int = 256, smallest: Int = 4096)
  /// Adam (Kingma and Ba, 2015); weight decay is an L2 penalty.
  case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
  /// Adafactor (Shazeer and Stern, 2018).
  ///
  /// - `threshold`: the largest root mean square of an update before the rate.
  /// - `beta1`: of a first moment; nil for none.
  case adafactor(
    rate: AdafactorRate = .scheduled, size: AdafactorSize = .absolute, decayExponent: Double = -0.8,
    epsilon: Double = 1e-30, threshold: Double = 1, beta1: Double? = nil)
  /// Lion (Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023). Its learning rate is 3 to 10 times smaller
  /// than that of AdamW.
  case lion(beta1: Double = 0.9, beta2: Double = 0.99)
  /// Stochastic gradient descent; weight decay is an L2 penalty.
  case descent(DescentForm = .plain)
  /// Adagrad (Duchi et al., 2011); weight decay is an L2 penalty.
  ///
  /// - `start`: what the sums of squares begin with.
  /// - `rateDecay`: update t has the rate over 1 + (t - 1) * rateDecay.
  case adagrad(start: Double = 0, rateDecay: Double = 0, epsilon: Double = 1e-10)
  /// RMSprop (Hinton, 2012); weight decay is an L2 penalty.
  case rmsprop(smoothing: Double = 0.99, momentum: Double = 0, epsilon: Double = 1e-8)
  /// Muon for matrices (Jordan et al., 2024), AdamW for vectors and for the weights that `adamPatterns` name.
  case muon(
    momentum: Double = 0.95, iterations: Int = 5, rateScale: MuonRateScale = .matchingAdam, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8,
    adamPatterns: [ParameterPattern] = [ParameterPattern("*embedding*"), ParameterPattern("head.*")])
}
