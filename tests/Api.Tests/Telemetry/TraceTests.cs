using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Platform.Testing;

namespace Platform.Api.Tests.Telemetry;

public sealed class TraceTests
{
    [Fact]
    public async Task A_call_is_traced_by_its_stages_its_grain_calls_and_its_commit()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Platform.", StringComparison.Ordinal) || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var platform = await PlatformApplication.StartAsync();

        await PlatformApplication.Expect(await platform.CallTool("memory_set", new { key = "traced", value = "v" }), HttpStatusCode.OK);

        // Other tests call other products in this process meanwhile: some call has all of it.
        string[] stages = ["authenticated", "rate", "scanned", "envelope", "permitted", "ran"];
        var grainCalls = ended.Where(activity => activity.Source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)).Select(activity => activity.TraceId).ToHashSet();
        Assert.Contains(ended, activity => activity.Source.Name == "Platform.Gate" && stages.SequenceEqual(activity.Events.Select(passed => passed.Name)) && grainCalls.Contains(activity.TraceId));
        Assert.Contains(ended, activity => activity.Source.Name == "Platform.Storage");
    }
}
