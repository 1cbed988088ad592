using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Grains.Incidents;
using static Platform.Grains.Tests.Incidents.Given;

namespace Platform.Grains.Tests.Incidents;

[Trait("Control", "IR-1")]
public sealed class IncidentLifecycleTests
{
    private static readonly (IncidentStatus From, IncidentStatus To)[] Ways =
    [
        (IncidentStatus.Detected, IncidentStatus.Analysing), (IncidentStatus.Detected, IncidentStatus.Contained), (IncidentStatus.Analysing, IncidentStatus.Contained),
        (IncidentStatus.Contained, IncidentStatus.Analysing), (IncidentStatus.Contained, IncidentStatus.Eradicated), (IncidentStatus.Eradicated, IncidentStatus.Analysing),
        (IncidentStatus.Eradicated, IncidentStatus.Recovered), (IncidentStatus.Recovered, IncidentStatus.Analysing),
    ];

    [Fact]
    public void These_are_the_ways_of_an_incident_and_there_are_no_others()
    {
        var all = Enum.GetValues<IncidentStatus>();
        var open = all.SelectMany(_ => all, (before, after) => (before, after)).Where(way => Advance(Incident(way.before), way.after).Problem is null);

        Assert.Equal(Ways.Order(), open.Order());
    }

    [Fact]
    public void Each_step_says_when_it_was_first_taken()
    {
        var contained = Ok(Advance(Incident(), IncidentStatus.Contained, Start.AddMinutes(1)));
        var again = Ok(Advance(Ok(Advance(contained, IncidentStatus.Analysing, Start.AddMinutes(2))), IncidentStatus.Contained, Start.AddMinutes(3)));

        Assert.Equal(Start.AddMinutes(1), again.ContainedAt);
        Assert.Equal((null, Start.AddMinutes(2)), (contained.AnalysedAt, again.View().AnalysedAt));
        Assert.Equal(["Opened as detected.", "Now contained.", "Now analysing.", "Now contained."], again.Timeline.Select(entry => entry.Text));
        Assert.Equal([1, 2, 3, 4], again.Timeline.Select(entry => entry.Number));
    }

    [Fact]
    public void Nothing_is_closed_without_lessons()
    {
        var refused = Close(Incident(IncidentStatus.Recovered), new CloseIncident()).Problem;

        Assert.Equal((ProblemCode.InvalidParams, "lessons"), (refused!.Code, refused.Errors[0].Name));
        var closed = Ok(Close(Incident(IncidentStatus.Recovered), new CloseIncident { Lessons = "Rotate sooner." }));
        Assert.Equal((IncidentStatus.Closed, "Rotate sooner.", Ann, Start), (closed.Status, closed.Lessons, closed.ClosedBy, closed.ClosedAt));
        Assert.Equal("Before.", Ok(Close(Incident(IncidentStatus.Recovered, "Before."), new CloseIncident())).Lessons);
    }

    [Fact]
    public void Only_what_is_recovered_is_closed_and_only_what_was_not_contained_is_a_false_alarm()
    {
        var all = Enum.GetValues<IncidentStatus>();

        Assert.Equal([IncidentStatus.Recovered], all.Where(status => Close(Incident(status), new CloseIncident { Lessons = "x" }).Problem is null));
        Assert.Equal([IncidentStatus.Detected, IncidentStatus.Analysing], all.Where(status => Close(Incident(status), new CloseIncident { Lessons = "x", FalseAlarm = true }).Problem is null));
    }

    [Fact]
    public void A_closed_incident_is_taken_up_again_at_the_analysis_and_keeps_what_was_learnt()
    {
        var closed = Ok(Close(Incident(IncidentStatus.Recovered), new CloseIncident { Lessons = "Rotate sooner." }));

        var again = Ok(IncidentLifecycle.Reopen(closed, new ReopenIncident { Reason = "It goes on." }, null, Ann, Start));

        Assert.Equal((IncidentStatus.Analysing, "Rotate sooner.", null), (again.Status, again.Lessons, again.ClosedAt));
        Assert.Equal(ProblemCode.Conflict, IncidentLifecycle.Reopen(again, new ReopenIncident { Reason = "x" }, null, Ann, Start).Problem!.Code);
    }

    [Fact]
    public void A_change_of_another_version_is_refused_everywhere()
    {
        var incident = Incident(IncidentStatus.Recovered, "x");

        Assert.Equal(ProblemCode.PreconditionFailed, IncidentLifecycle.Edit(incident, Edited(incident), 7, Ann, Start).Problem!.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, IncidentLifecycle.Advance(incident, new AdvanceIncident { Status = IncidentStatus.Analysing }, 7, Ann, Start).Problem!.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, IncidentLifecycle.Close(incident, new CloseIncident(), 7, Ann, Start).Problem!.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, IncidentLifecycle.Reopen(incident with { Status = IncidentStatus.Closed }, new ReopenIncident { Reason = "x" }, 7, Ann, Start).Problem!.Code);
    }

    [Fact]
    public void An_edit_says_what_it_changed_and_takes_no_lessons_from_what_is_closed()
    {
        var incident = Incident();
        var edited = Ok(IncidentLifecycle.Edit(incident, Edited(incident) with { Severity = IncidentSeverity.Critical, Owner = "usr_bob" }, 1, Ann, Start));

        Assert.Equal(("Changed: severity, owner.", 2), (edited.Timeline[^1].Text, edited.Version));
        Assert.Equal("lessons", IncidentLifecycle.Edit(incident with { Status = IncidentStatus.Closed }, Edited(incident), 1, Ann, Start).Problem!.Errors[0].Name);
        Assert.Equal("startedAt", IncidentLifecycle.Edit(incident, Edited(incident) with { StartedAt = Start.AddSeconds(1) }, 1, Ann, Start).Problem!.Errors[0].Name);
    }

    private static EditIncident Edited(IncidentState incident) => new() { Title = incident.Title, Severity = incident.Severity, Owner = incident.Owner, StartedAt = incident.StartedAt };

    private static Result<IncidentState> Advance(IncidentState incident, IncidentStatus to, DateTimeOffset? at = null) =>
        IncidentLifecycle.Advance(incident, new AdvanceIncident { Status = to }, null, Ann, at ?? Start);

    private static Result<IncidentState> Close(IncidentState incident, CloseIncident command) => IncidentLifecycle.Close(incident, command, null, Ann, Start);

    private static IncidentState Ok(Result<IncidentState> result)
    {
        Assert.Null(result.Problem);
        return result.Try(out var state, out _) ? state : throw new InvalidOperationException();
    }
}
