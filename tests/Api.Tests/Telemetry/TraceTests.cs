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

        var gate = ended.First(activity => activity.Source.Name == "Platform.Gate" && activity.Events.Any(passed => passed.Name == "ran"));
        Assert.Equal(["authenticated", "rate", "scanned", "envelope", "permitted", "ran"], gate.Events.Select(passed => passed.Name));
        Assert.Contains(ended, activity => activity.Source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal) && activity.TraceId == gate.TraceId);
        Assert.Contains(ended, activity => activity.Source.Name == "Platform.Storage");
    }
}
