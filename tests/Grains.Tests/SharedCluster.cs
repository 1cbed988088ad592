using Platform.Testing;

namespace Platform.Grains.Tests;

/// <summary>One cluster for all classes of the collection, which xUnit runs one after another: the clock has one driver.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public GrainCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await GrainCluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class OnTheCluster : ICollectionFixture<SharedCluster>
{
    public const string Name = "cluster";
}

internal static class Results
{
    /// <summary>The value, or a failure that shows the problem.</summary>
    public static T Value<T>(this Abstractions.Problems.Result<T> result) =>
        result.Try(out var value, out var problem) ? value : throw new Xunit.Sdk.XunitException($"Refused: {problem}");

    public static async Task<T> Value<T>(this Task<Abstractions.Problems.Result<T>> result) => (await result).Value();

    /// <summary>The code of the refusal; null when there was none.</summary>
    public static async Task<Abstractions.Problems.ProblemCode?> Refusal<T>(this Task<Abstractions.Problems.Result<T>> result) => (await result).Problem?.Code;

    public static async Task<Abstractions.Problems.ProblemCode?> Refusal(this Task<Abstractions.Problems.Problem?> problem) => (await problem)?.Code;
}
