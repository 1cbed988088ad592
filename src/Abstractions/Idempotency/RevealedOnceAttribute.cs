namespace Platform.Abstractions.Idempotency;

/// <summary>A member of an answer that is a secret and told once: it is never stored, and an answer that is given again does not have it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class RevealedOnceAttribute : Attribute;
