namespace Platform.Abstractions.IdentityProviders;

/// <summary>What a provider publishes, as this platform found it now.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Passed">Every step did.</param>
/// <param name="Steps">In the order in which a sign-in or a token needs them.</param>
public sealed record ProviderCheck(DateTimeOffset At, bool Passed, ProviderCheckStep[] Steps);

/// <summary>One thing that a provider has to publish.</summary>
/// <param name="Name"><c>discovery</c>, <c>signIn</c> (where people sign in through it) or <c>keys</c>.</param>
/// <param name="Fault">What is wrong, in a sentence; null when it is right.</param>
public sealed record ProviderCheckStep(string Name, string? Fault)
{
    public bool Passed => Fault is null;
}
