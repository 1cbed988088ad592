using System.Text.Json;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Incidents;
using Platform.Grains.Storage;
using static Platform.Grains.Tests.Incidents.Given;

namespace Platform.Grains.Tests.Incidents;

[Trait("Control", "IR-2")]
public sealed class ContainmentPlanTests
{
    private static readonly ContainIncident Everything = new()
    {
        ReadOnly = true, SuspendTenant = true, RevokeCredentials = true, RotateSigningKeys = true, BlockPrincipals = ["usr_a", "usr_a"], RevokeKeys = ["k1"], Quarantine = [new(CatalogueEntryKind.Tool, "echo")],
    };

    [Fact]
    public void Steps_are_taken_down_once_each_from_mild_to_hard()
    {
        var (state, steps) = Take(Incident(), Everything);

        Assert.Equal(
            ["ReadOnly ", "BlockPrincipal usr_a", "RevokeKey k1", "Quarantine tool/echo", "SuspendTenant ", "RotateSigningKeys ", "RevokeCredentials "],
            steps.Select(step => $"{step.Step} {step.Target}"));
        Assert.Equal(steps, state.Containment);
        Assert.All(steps, step => Assert.Equal(ContainmentOutcome.Pending, step.Outcome));
    }

    [Fact]
    public void What_was_cut_short_is_what_a_request_without_steps_does()
    {
        var (state, steps) = Take(Incident(), Everything);
        state = ContainmentPlan.Report(state, [.. steps.Take(3).Select(Done), steps[3] with { Outcome = ContainmentOutcome.Failed, Problem = "unavailable" }], Ann, Start);

        Assert.Equal(steps.Skip(3).Select(step => step.Step), Take(state, new ContainIncident()).Steps.Select(step => step.Step));
    }

    [Fact]
    public void The_same_request_does_all_again_but_what_would_end_what_was_issued_since()
    {
        var (state, steps) = Take(Incident(), Everything);
        state = ContainmentPlan.Report(state, Array.ConvertAll(steps, Done), Ann, Start);

        Assert.Equal(5, Take(state, Everything).Steps.Length);
        Assert.DoesNotContain(Take(state, Everything).Steps, step => step.Step is ContainmentKind.RevokeCredentials or ContainmentKind.RotateSigningKeys);
        Assert.Equal(7, Take(state, Everything with { Again = true }).Steps.Length);
    }

    [Fact]
    public void A_revocation_that_did_not_come_to_its_end_goes_on_where_it_was()
    {
        var (state, steps) = Take(Incident(), new ContainIncident { RevokeCredentials = true });
        state = ContainmentPlan.Report(state, [steps[0] with { Before = Start }], Ann, Start);

        Assert.Equal((ContainmentOutcome.Pending, Start), Take(state, new ContainIncident { RevokeCredentials = true }).Steps[0] is var step ? (step.Outcome, step.Before) : default);
        Assert.Null(Take(state, new ContainIncident { RevokeCredentials = true, Again = true }).Steps[0].Before);
    }

    [Fact]
    public void A_revocation_that_failed_after_it_began_goes_on_and_only_its_failure_is_told()
    {
        var (state, steps) = Take(Incident(), new ContainIncident { RevokeCredentials = true });
        var told = state.Timeline.Length;
        state = ContainmentPlan.Report(state, [steps[0] with { Before = Start }], Ann, Start);
        Assert.Equal(told, state.Timeline.Length);
        state = ContainmentPlan.Report(state, [steps[0] with { Outcome = ContainmentOutcome.Failed, Problem = "internal", At = Start }], Ann, Start);

        Assert.Equal((told + 1, "internal"), (state.Timeline.Length, state.Timeline[^1].Outcome));
        Assert.Equal(Start, Take(state, new ContainIncident()).Steps[0].Before);
    }

    [Fact]
    public void What_names_nobody_is_told_and_not_left_to_be_done()
    {
        var (state, steps) = Take(Incident(), new ContainIncident { RevokeKeys = ["nobody"] });
        state = ContainmentPlan.Report(state, [steps[0] with { Outcome = ContainmentOutcome.Failed, Problem = "not-found" }], Ann, Start);

        Assert.Empty(state.Containment);
        Assert.Equal(("incidents/contain:revokeKey", "nobody", "not-found"), (state.Timeline[^1].Action, state.Timeline[^1].Target, state.Timeline[^1].Outcome));
        Assert.Equal(ProblemCode.InvalidParams, ContainmentPlan.Take(state, new ContainIncident(), null, Ann, Start).Problem!.Code);
    }

    [Fact]
    public void The_same_step_on_two_tenants_is_two_steps()
    {
        var (state, _) = Take(Incident(), new ContainIncident { Tenant = "alpha", ReadOnly = true });

        Assert.Equal(["alpha", "beta"], Take(state, new ContainIncident { Tenant = "beta", ReadOnly = true }).State.Containment.Select(step => step.Tenant));
    }

    [Fact]
    public void The_same_slug_of_another_tenant_is_another_step()
    {
        var (first, second, command) = (TenantId.New(), TenantId.New(), new ContainIncident { Tenant = "alpha", RevokeCredentials = true });
        var (state, steps) = Take(Incident(), command, first);
        state = ContainmentPlan.Report(state, [Done(steps[0])], Ann, Start);

        var (next, wanted) = Take(state, command, second);

        Assert.Equal((second, ContainmentOutcome.Pending), (Assert.Single(wanted).TenantId, wanted[0].Outcome));
        Assert.Equal([first, second], next.Containment.Select(step => step.TenantId));
        Assert.Empty(Take(next, command, first).Steps);
    }

    [Fact]
    public void A_row_from_before_ids_were_kept_is_read_goes_by_its_slug_and_gets_an_id_when_it_is_chosen_again()
    {
        var old = JsonSerializer.Deserialize(
            """{"id":"inc_1","title":"Drill","status":"analysing","containment":[{"step":"readOnly","tenant":"alpha","outcome":"failed","problem":"internal"}]}""", GrainStateJson.Default.IncidentState)!;
        Assert.Equal(("alpha", (TenantId?)null), Take(old, new ContainIncident()).Steps[0] is var left ? (left.Tenant, left.TenantId) : default);

        var tenant = TenantId.New();
        var state = Take(old, new ContainIncident { Tenant = "alpha", ReadOnly = true }, tenant).State;

        Assert.Equal(tenant, Assert.Single(state.Containment).TenantId);
    }

    [Fact]
    public void A_plan_is_bounded_and_a_closed_incident_has_none()
    {
        var state = Incident();
        for (var i = 0; i < IncidentRules.MaxSteps / 100; i++)
        {
            state = Take(state, new ContainIncident { RevokeKeys = [.. Enumerable.Range(0, 100).Select(n => $"k{i}-{n}")] }).State;
        }

        Assert.Equal(ProblemCode.QuotaExceeded, ContainmentPlan.Take(state, new ContainIncident { ReadOnly = true }, null, Ann, Start).Problem!.Code);
        Assert.Equal(ProblemCode.Conflict, ContainmentPlan.Take(Incident(IncidentStatus.Closed), Everything, null, Ann, Start).Problem!.Code);
    }

    private static ContainmentStep Done(ContainmentStep step) => step with { Outcome = ContainmentOutcome.Done };

    private static (IncidentState State, ContainmentStep[] Steps) Take(IncidentState state, ContainIncident command, TenantId? tenant = null)
    {
        Assert.True(ContainmentPlan.Take(state, command, tenant, Ann, Start).Try(out var taken, out _));
        return taken;
    }
}
