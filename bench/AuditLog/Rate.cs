using System.Diagnostics;

namespace Platform.Bench.AuditLog;

/// <summary>What one run came to.</summary>
/// <param name="PerSecond">Events on disk.</param>
/// <param name="P50">Of the waits for one event, or of a whole transaction of the bare loop, in microseconds.</param>
/// <param name="P99">Likewise.</param>
internal readonly record struct Rate(double PerSecond, double P50, double P99)
{
    /// <summary>Runs one loop for each writer until the time is up; a step answers when its events are on disk.</summary>
    /// <param name="writers">How many at once.</param>
    /// <param name="time">How long.</param>
    /// <param name="step">Given the writer's number; says how many events.</param>
    public static async Task<Rate> MeasureAsync(int writers, TimeSpan time, Func<int, Task<int>> step)
    {
        var started = Stopwatch.GetTimestamp();
        var loops = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => LoopAsync(writer))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var waits = loops.SelectMany(loop => loop.Waits).Order().ToList();
        return new Rate(Math.Round(loops.Sum(loop => loop.Events) / elapsed.TotalSeconds), At(waits, 0.5), At(waits, 0.99));

        async Task<(long Events, List<double> Waits)> LoopAsync(int writer)
        {
            var (events, waits) = (0L, new List<double>());
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var began = Stopwatch.GetTimestamp();
                events += await step(writer);
                waits.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }

            return (events, waits);
        }
    }

    public static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))]);
}
