public import Tracing

/// Makes a span of each step of a run, inside that of the step around it; the outermost is inside the span that is
/// current where the run begins.
///
/// ```swift
/// let answer = try await chain(question, settings: RunSettings(observers: [SpanObserver()]))
/// ```
///
/// Attributes follow OpenTelemetry's conventions for generative models where they have a name for it. Inputs, outputs
/// and texts of models are never among them, nor are messages of errors, which may quote them.
public struct SpanObserver: ChainObserver {
  private let tracer: any Tracer
  private let alone: RunSpans

  /// An observer that starts spans with a tracer.
  ///
  /// - Parameter tracer: the one that the application has set up when it is left out.
  public init(_ tracer: any Tracer = InstrumentationSystem.tracer) {
    self.tracer = tracer
    alone = RunSpans(tracer, inside: ServiceContext.current ?? .topLevel)
  }

  public func observerOfRun() -> any ChainObserver {
    RunSpans(tracer, inside: ServiceContext.current ?? .topLevel)
  }

  /// Takes note of an event that belongs to no run of its own; all such events count as those of one run.
  public func observe(_ event: ChainEvent) { alone.observe(event) }
}
