using System.Text.Json.Nodes;

namespace Platform.Bench.Runner;

/// <summary>The pass that looks into every answer, apart from the load: wrk only sees statuses.</summary>
internal static class BodyCheck
{
    public const int Calls = 200;

    public static async Task<string[]> RunAsync(Contestant contestant, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var faults = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (i, stop) =>
        {
            var message = $"call {i}: \"quoted\" \\ \u00e9\u4e2d\U0001f600 {new string('x', i)}";
            using var request = contestant.Request(i, "echo", new JsonObject { ["message"] = message });
            using var response = await http.SendAsync(request, stop);
            var answer = await Contestant.AnswerAsync(response, stop);
            if ((int)response.StatusCode != 200)
            {
                faults.Enqueue($"{i}: HTTP {(int)response.StatusCode} {answer?.ToJsonString()}");
            }
            else if (answer is null || answer["error"] is not null || answer["id"]?.GetValue<int>() != i || answer["result"]?["isError"]?.GetValue<bool>() == true
                || !string.Equals(answer["result"]?["content"]?[0]?["text"]?.GetValue<string>(), message, StringComparison.Ordinal))
            {
                faults.Enqueue($"{i}: {answer?.ToJsonString() ?? "no answer"}");
            }
        });
        return [.. faults];
    }
}
