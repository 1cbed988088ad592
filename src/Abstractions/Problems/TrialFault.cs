namespace Platform.Abstractions.Problems;

/// <summary>Why one of several changes would be refused if they were made now.</summary>
/// <param name="Name">Of what would be changed.</param>
/// <param name="Problem">As the change itself would answer.</param>
[GenerateSerializer, Alias("trial-fault"), Immutable]
public sealed record TrialFault([property: Id(0)] string Name, [property: Id(1)] Problem Problem);
