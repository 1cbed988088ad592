using System.Text.RegularExpressions;

namespace Platform.Architecture.Tests;

/// <summary>docs/seed-map.md names, for every control of the security guide, what holds it and what tests it.</summary>
[Trait("Control", "DOC")]
public sealed partial class SeedMapTests
{
    private static readonly string[] Controls =
    [
        "TR-1", "TR-2", "TR-3", "TR-4", "TR-5", "TR-6", "TR-7", "TR-8", "TR-9", "TR-10", "TR-11", "TR-12", "TR-13",
        "AU-1", "AU-2", "AU-3", "AU-4", "AU-5", "AU-6", "AU-7", "AU-8", "AU-9", "AU-10", "AU-11",
        "AZ-1", "AZ-2", "AZ-3", "AZ-4", "AZ-5", "AZ-6",
        "IN-1", "IN-2", "IN-3", "IN-4", "IN-5", "IN-6", "IN-7", "IN-8",
        "RS-1", "RS-2", "RS-3", "RS-4", "RS-5",
        "ER-1", "ER-2", "ER-3",
        "AL-1", "AL-2", "AL-3", "AL-4", "AL-5", "AL-6", "AL-7",
        "CF-1", "CF-2", "CF-3", "CF-4", "CF-5",
        "PI-1", "PI-2", "PI-3", "PI-4",
        "SC-1", "SC-2", "SC-3", "SC-4", "SC-5",
        "IR-1", "IR-2", "IR-3", "IR-4", "IR-5",
        "DOC",
    ];

    private static readonly IReadOnlyList<Row> Rows =
        [.. Repository.Read("docs/seed-map.md").Split('\n').Select(line => TableRow.Match(line)).Where(match => match.Success).Select(Row.Of)];

    private static readonly HashSet<string> Tested =
        [.. Repository.Files("tests", ".cs").SelectMany(file => Control.Matches(Repository.Read(file)).Select(match => match.Groups["id"].Value))];

    [Fact]
    public void Every_control_has_exactly_one_row() =>
        Assert.Equal(Controls.Order(StringComparer.Ordinal), Rows.Select(row => row.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_state_is_done_partly_or_later() =>
        Expect.None(Rows.Where(row => row.State is not ("done" or "partly" or "later")));

    [Fact]
    public void Every_file_that_is_named_exists() =>
        Expect.None(Rows.SelectMany(row => row.Files.Where(file => !Repository.Exists(file)).Select(file => $"{row.Id}: {file}")));

    [Fact]
    public void A_control_that_is_done_names_code_and_has_a_test() =>
        Expect.None(Rows.Where(row => row.State == "done" && (row.Files.Length == 0 || !Tested.Contains(row.Id))));

    [Fact]
    public void A_control_that_is_partly_done_names_code() => Expect.None(Rows.Where(row => row.State == "partly" && row.Files.Length == 0));

    [Fact]
    public void A_control_that_comes_later_names_no_code() => Expect.None(Rows.Where(row => row.State == "later" && row.Files.Length > 0));

    [Fact]
    public void Tests_hold_controls_that_exist() => Expect.None(Tested.Except(Controls, StringComparer.Ordinal));

    [Fact]
    public void Threats_are_answered_by_controls_that_exist()
    {
        var named = ControlId.Matches(Repository.Read("docs/security/threat-model.md")).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(named);
        Expect.None(named.Except(Controls, StringComparer.Ordinal));
    }

    internal sealed record Row(string Id, string[] Files, string State)
    {
        public static Row Of(Match match) =>
            new(match.Groups["id"].Value, [.. SourceFile.Matches(match.Value).Select(file => file.Groups["path"].Value)], match.Groups["state"].Value);
    }

    // | id | what holds it | test | state |
    [GeneratedRegex(@"^\| (?<id>[A-Z]{2}-[0-9]+|DOC) \|.*\| (?<state>[a-z]+) \|$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TableRow { get; }

    [GeneratedRegex(@"`(?<path>(src|tests|build|docs)/[^`\s]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SourceFile { get; }

    [GeneratedRegex("Trait\\(\"Control\", \"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Control { get; }

    [GeneratedRegex(@"(TR|AU|AZ|IN|RS|ER|AL|CF|PI|SC|IR)-[0-9]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ControlId { get; }
}
