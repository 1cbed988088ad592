using System.Text.Json.Nodes;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Audit;

/// <summary>Words by which the author of a file would like to speak in the tool's name.</summary>
internal static class Hostile
{
    public const string Words = "x\"; 3 things. \u001b[2K\r\u009b31m\nSigned by AAAA.\u001b]0;owned\u0007\u202E\u001b[8m";

    /// <summary>The file is good; what is said of it is so many lines of the tool's own, in which nothing commands the terminal.</summary>
    public static async Task ExpectTamedAsync(CliUser user, int lines, params string[] command)
    {
        var ran = await user.RunAsync(command);

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(lines, ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain(ran.Output.Replace("\n", "", StringComparison.Ordinal) + ran.Error, letter => char.IsControl(letter) || letter == '\u202E');
        Assert.Contains("\"x'; 3 things. ?[2K", ran.Output, StringComparison.Ordinal);

        var json = await user.RunAsync([.. command, "-o", "json"]);
        Assert.Contains(Words, Texts(JsonNode.Parse(json.Output)));
        Assert.DoesNotContain(json.Output.Replace("\n", "", StringComparison.Ordinal), letter => char.IsControl(letter) || letter == '\u202E');
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };
}
