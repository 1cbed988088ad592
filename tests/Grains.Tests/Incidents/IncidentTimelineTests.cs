using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Grains.Incidents;
using static Platform.Grains.Tests.Incidents.Given;

namespace Platform.Grains.Tests.Incidents;

[Trait("Control", "IR-1")]
public sealed class IncidentTimelineTests
{
    [Fact]
    public void A_fact_that_is_told_again_is_noted_once()
    {
        var fact = Fact();
        var once = IncidentTimeline.Record(Incident(), fact, Start.AddSeconds(2));

        Assert.Same(once, IncidentTimeline.Record(once, fact, Start.AddSeconds(3)));
        var entry = once.Timeline[^1];
        Assert.Equal(("tenants/suspend", "demo", "ok", fact.Id.ToString("N"), Start), (entry.Action, entry.Target, entry.Outcome, entry.Correlation, entry.HappenedAt));
    }

    [Fact]
    public void After_its_end_nothing_is_noted()
    {
        var closed = Incident(IncidentStatus.Closed);

        Assert.Same(closed, IncidentTimeline.Record(closed, Fact(), Start));
        Assert.Equal(ProblemCode.Conflict, IncidentTimeline.Note(closed, new AddTimelineNote { Text = "x" }, Ann, Start).Problem!.Code);
    }

    [Fact]
    public void People_stop_before_the_platform_does_and_what_then_does_not_fit_is_counted()
    {
        var full = Incident();
        while (IncidentTimeline.Note(full, new AddTimelineNote { Text = "x" }, Ann, Start).Try(out var next, out _))
        {
            full = next;
        }

        Assert.Equal(IncidentRules.MaxNotes, full.Timeline.Length);
        Assert.Equal(ProblemCode.QuotaExceeded, IncidentTimeline.Note(full, new AddTimelineNote { Text = "x" }, Ann, Start).Problem!.Code);
        for (var i = full.Timeline.Length; i < IncidentRules.MaxEntries + 3; i++)
        {
            full = IncidentTimeline.Record(full, Fact(), Start);
        }

        Assert.Equal((IncidentRules.MaxEntries, 3), (full.Timeline.Length, full.Omitted));
        Assert.Equal(Enumerable.Range(1, IncidentRules.MaxEntries), full.Timeline.Select(entry => entry.Number));
    }

    [Fact]
    public void However_often_people_change_its_status_or_plan_the_platforms_entries_have_their_places_and_it_goes_on()
    {
        var incident = Incident();
        for (var i = 0; i < IncidentRules.MaxEntries; i++)
        {
            incident = Ok(IncidentLifecycle.Advance(incident, new AdvanceIncident { Status = incident.Status == IncidentStatus.Contained ? IncidentStatus.Analysing : IncidentStatus.Contained }, null, Ann, Start));
            Assert.True(ContainmentPlan.Take(incident, new ContainIncident { ReadOnly = true }, null, Ann, Start).Try(out var taken, out _));
            incident = taken.State;
        }

        incident = Ok(IncidentLifecycle.Close(incident with { Status = IncidentStatus.Recovered }, new CloseIncident { Lessons = "x" }, null, Ann, Start));
        incident = Ok(IncidentLifecycle.Reopen(incident, new ReopenIncident { Reason = "x" }, null, Ann, Start));

        Assert.Equal((IncidentRules.MaxNotes, 1 + (2 * IncidentRules.MaxEntries) + 2 - IncidentRules.MaxNotes), (incident.Timeline.Length, incident.Omitted));
        Assert.Equal(IncidentStatus.Analysing, incident.Status);
        var told = IncidentTimeline.Record(incident, Fact(), Start);
        Assert.Equal(("tenants/suspend", incident.Omitted), (told.Timeline[^1].Action, told.Omitted));
    }

    [Fact]
    public void A_note_can_tell_of_the_past_and_not_of_the_future()
    {
        Assert.True(IncidentTimeline.Note(Incident(), new AddTimelineNote { Text = "x", HappenedAt = Start.AddDays(-1) }, Ann, Start).Try(out var noted, out _));
        Assert.Equal((Start, Start.AddDays(-1)), (noted.Timeline[^1].At, noted.Timeline[^1].HappenedAt));
        Assert.Equal("happenedAt", IncidentTimeline.Note(Incident(), new AddTimelineNote { Text = "x", HappenedAt = Start.AddSeconds(1) }, Ann, Start).Problem!.Errors[0].Name);
    }

    [Fact]
    public void A_long_target_is_cut_and_not_within_a_character()
    {
        var noted = IncidentTimeline.Record(Incident(), Fact(target: new string('a', 255) + "\U0001F600"), Start);

        Assert.Equal(new string('a', 255), noted.Timeline[^1].Target);
    }

    private static IncidentState Ok(Result<IncidentState> result) => result.Try(out var state, out var refused) ? state : throw new InvalidOperationException(refused.Detail);
}
