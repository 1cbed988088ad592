using Platform.Fuzz.Targets;

namespace Platform.Fuzz.Tests;

/// <summary>Every target replays its corpus and is fuzzed for a short while; <c>tests/fuzz</c> does it for as long as one wants.</summary>
[Trait("Control", "SC-4")]
public sealed class FuzzTests
{
    private const ulong Seed = 20260728;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void Nothing_that_was_kept_breaks_a_target(string name)
    {
        var target = Named(name);
        var corpus = Corpus.Read(target);
        Assert.NotEmpty(corpus);

        Assert.Null(new FuzzRun(target, Seed).Replay(corpus)?.ToString());
    }

    [Theory, MemberData(nameof(Targets))]
    public void A_short_coverage_guided_run_finds_nothing(string name)
    {
        var target = Named(name);
        var run = new FuzzRun(target, Seed);

        var finding = run.Replay(Corpus.Read(target)) ?? run.Fuzz(Short);

        Assert.Null(finding is null ? null : $"{finding} written to {Corpus.Report(target, finding)}");
        Assert.True(run.Edges > 20, $"Only {run.Edges} branches of the target were counted: is it instrumented?");
    }

    [Fact]
    public void A_bug_behind_four_conditions_is_found_because_coverage_leads_there()
    {
        var run = new FuzzRun(FuzzTarget.Of<Canary>("canary", maxLength: 16), Seed);

        // By chance alone it would take some 2^32 inputs.
        var finding = run.Fuzz(TimeSpan.MaxValue, most: 2_000_000);

        Assert.Equal("The canary sang.", finding?.Failure.Message);
    }

    [Fact]
    public void The_same_seed_makes_the_same_run()
    {
        // Static initialisers are branches too, and run once in a process.
        new FuzzRun(Named("resource-uri"), Seed).Fuzz(TimeSpan.MaxValue, most: 2_000);
        var (one, two) = (new FuzzRun(Named("resource-uri"), Seed), new FuzzRun(Named("resource-uri"), Seed));

        Assert.Null(one.Fuzz(TimeSpan.MaxValue, most: 2_000));
        Assert.Null(two.Fuzz(TimeSpan.MaxValue, most: 2_000));

        Assert.Equal(one.Pool.Select(Convert.ToBase64String), two.Pool.Select(Convert.ToBase64String));
    }

    private static FuzzTarget Named(string name) => FuzzTarget.All.Single(target => target.Name == name);
}
