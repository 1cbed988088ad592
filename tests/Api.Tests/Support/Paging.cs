using System.Text.Json;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

public static class Paging
{
    /// <summary>Follows the tokens to the end.</summary>
    public static async Task<List<string>> All(PlatformApplication platform, string path, int pageSize, Func<JsonElement, string> read)
    {
        var all = new List<string>();
        var token = "";
        do
        {
            var page = (await platform.Rest(HttpMethod.Get, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}pageSize={pageSize}{token}")).Json;
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 0, pageSize);
            all.AddRange(page.GetProperty("items").EnumerateArray().Select(read));
            token = page.TryGetProperty("nextPageToken", out var next) ? $"&pageToken={next.GetString()}" : "";
        }
        while (token.Length > 0);

        return all;
    }
}
