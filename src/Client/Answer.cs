namespace Platform.Client;

/// <summary>What was answered, with the version that it has: operations whose answers have an <c>ETag</c> or lead to long work give it.</summary>
/// <param name="Value">The answer itself.</param>
/// <param name="Status">Of HTTP: which of 200, 201 and 202.</param>
/// <param name="ETag">Give it back as <c>ifMatch</c> to change this version and no other.</param>
/// <param name="Operation">Where long work tells how far it is: <c>/v1/operations/{id}</c>.</param>
public sealed record Answer<T>(T Value, int Status, string? ETag, Uri? Operation)
{
    /// <summary>The status alone: the value may hold a secret.</summary>
    public override string ToString() => FormattableString.Invariant($"Answer {Status}");
}
