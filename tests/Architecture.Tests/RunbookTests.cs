namespace Platform.Architecture.Tests;

/// <summary>The runbook says what the drill runs, and nothing else: a command that nobody tried is not in it (IR-1).</summary>
[Trait("Control", "IR-1")]
public sealed class RunbookTests
{
    private static readonly string[] Starts = ["api ", "platform ", "A=$(", "I=$(", "[[ -z ${K2"];

    public static TheoryData<int, string> Steps => new()
    {
        { 1, "detect" }, { 2, "analyse" }, { 3, "contain" }, { 4, "eradicate" }, { 5, "recover" }, { 6, "learn" },
    };

    [Theory, MemberData(nameof(Steps))]
    public void A_steps_commands_are_those_of_the_drill(int number, string function)
    {
        var section = Between(Repository.Read("docs/security/incident-response.md"), $"\n## {number}. ", "\n## ");
        var runbook = Between(section, "\n```bash\n", "\n```").Split('\n').Where(line => line.Length > 0);

        Assert.Equal(Commands(function), runbook);
    }

    [Theory, MemberData(nameof(Steps))]
    public void The_drill_runs_each_step(int number, string function) =>
        Assert.Matches($"""step "{number}\. [A-Z][a-z]+" (checked_)?{function}""", Repository.Read("infra/drill.sh"));

    private static IEnumerable<string> Commands(string function) =>
        Between(Repository.Read("infra/drill.sh"), $"\n{function}() {{\n", "\n}\n").Split('\n').Select(line => line.Trim()).Where(line => Starts.Any(start => line.StartsWith(start, StringComparison.Ordinal)));

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no {start.Trim()}.");
        var to = text.IndexOf(end, from + start.Length, StringComparison.Ordinal);
        return to < 0 ? text[(from + start.Length)..] : text[(from + start.Length)..to];
    }
}
