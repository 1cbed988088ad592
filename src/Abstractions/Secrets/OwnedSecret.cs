namespace Platform.Abstractions.Secrets;

/// <summary>A secret as its owner knows it: by name.</summary>
/// <param name="Name">A <see cref="SecretName"/>.</param>
/// <param name="Use">What it is for.</param>
/// <param name="UsedBy">Which of them; null where there is one only.</param>
/// <param name="Need">Whether it must be there.</param>
[GenerateSerializer, Alias("owned-secret"), Immutable]
public sealed record OwnedSecret([property: Id(0)] string Name, [property: Id(1)] SecretUse Use, [property: Id(2)] string? UsedBy, [property: Id(3)] SecretNeed Need);
