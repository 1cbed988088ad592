using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;
using Platform.Grains.Alerts;

namespace Platform.Grains.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class AlertBookTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(Given.Start);

    [Fact]
    public void The_guides_three_thresholds_are_there_from_the_beginning() =>
        Assert.Equal(
            [("auth_failures_per_minute", 10m, 60), ("error_rate_percentage", 5.0m, 60), ("rate_limit_violations_per_minute", 50m, 60)],
            AlertBook.Rules(new AlertRuleState(), Given.BuiltIn).Where(rule => rule.Signal <= AlertSignal.ErrorRate)
                .Select(rule => (System.Text.Json.JsonSerializer.Serialize(rule.Signal).Trim('"'), rule.Threshold, rule.WindowSeconds)));

    [Fact]
    public void An_operator_chooses_other_thresholds_for_all_and_a_rule_that_was_changed_keeps_its_own()
    {
        Assert.True(Put(new AlertRuleState(), "auth-failures", new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 20 }, 0).Try(out var changed, out _));
        var stricter = new BuiltInRules(new AlertDefaults { AuthFailuresPerMinute = 3, ErrorRatePercentage = 1.5m }, ofPlatform: false);

        Assert.Equal((3m, 1.5m), (AlertBook.Find(new AlertRuleState(), stricter, "auth-failures")!.Threshold, AlertBook.Find(new AlertRuleState(), stricter, "error-rate")!.Threshold));
        Assert.Equal(20, AlertBook.Find(changed, stricter, "auth-failures")!.Threshold);
    }

    [Fact]
    public void A_rule_fires_once_until_it_is_resolved()
    {
        var rule = AlertBook.Find(new AlertRuleState(), Given.BuiltIn, "auth-failures")!;
        var state = Fired(new AlertRuleState(), rule);

        Assert.Equal((1, 1), (state.Kept.Length, state.News.Length));
        Assert.Equal(AlertState.Firing, AlertBook.Firing(state, rule.Name)!.State);
        var resolved = AlertBook.Resolve(state, rule.Name, "usr_anna", Now);
        Assert.Null(AlertBook.Firing(resolved, rule.Name));
        Assert.Equal("usr_anna", Assert.Single(resolved.Kept).ResolvedBy);
        Assert.Same(resolved, AlertBook.Resolve(resolved, rule.Name, "usr_anna", Now));
    }

    [Fact]
    public void Alerts_are_forgotten_oldest_first_and_those_that_fire_never()
    {
        var rule = AlertBook.Find(new AlertRuleState(), Given.BuiltIn, "auth-failures")!;
        var state = Fired(new AlertRuleState(), AlertBook.Find(new AlertRuleState(), Given.BuiltIn, "error-rate")!);
        for (var i = 0; i < 2 * AlertRules.MaxKept; i++)
        {
            state = AlertBook.Resolve(Fired(state, rule), rule.Name, "system", Now) with { News = [] };
        }

        Assert.Equal(AlertRules.MaxKept, state.Kept.Length);
        Assert.Equal(1, state.Kept[0].Number);
        Assert.Equal((2 * AlertRules.MaxKept) + 1, state.Kept[^1].Number);
    }

    [Fact]
    public void News_are_bounded_while_they_cannot_get_out()
    {
        var rule = AlertBook.Find(new AlertRuleState(), Given.BuiltIn, "auth-failures")!;
        var state = new AlertRuleState();
        for (var i = 0; i < 500; i++)
        {
            state = AlertBook.Resolve(Fired(state, rule), rule.Name, "system", Now);
        }

        Assert.InRange(state.News.Length, 1, 101);
    }

    [Fact]
    public void A_silence_keeps_the_alert_and_tells_nobody_and_its_end_tells()
    {
        var rule = AlertBook.Find(new AlertRuleState(), Given.BuiltIn, "auth-failures")!;
        var silence = new AlertSilenceView { Until = Now.AddMinutes(5), Reason = "a drill", By = "usr_anna" };
        var state = Fired(AlertBook.WithStatus(new AlertRuleState(), rule.Name, new AlertRuleStatus { Silence = silence }), rule);

        Assert.Equal((false, false, true), (state.Kept[0].Told, state.News[0].Tell, state.News[0].Record));
        var ended = AlertBook.EndSilence(state, rule.Name, Now.AddMinutes(5));
        Assert.Equal((true, true, false), (ended.Kept[0].Told, ended.News[1].Tell, ended.News[1].Record));
    }

    [Fact]
    public void A_rule_is_changed_only_as_it_was_read()
    {
        var command = new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 20 };
        Assert.Equal(ProblemCode.PreconditionFailed, Put(new AlertRuleState(), "auth-failures", command, expected: null).Problem?.Code);
        Assert.Equal(ProblemCode.PreconditionFailed, Put(new AlertRuleState(), "mine", command, expected: 0).Problem?.Code);

        Assert.True(Put(new AlertRuleState(), "auth-failures", command, expected: 0).Try(out var changed, out _));
        Assert.Equal(20, AlertBook.Find(changed, Given.BuiltIn, "auth-failures")!.Threshold);
        Assert.Equal(ProblemCode.PreconditionFailed, Put(changed, "auth-failures", command, expected: 0).Problem?.Code);
    }

    [Fact]
    public void A_built_in_rule_that_is_removed_is_as_in_the_beginning()
    {
        Assert.True(Put(new AlertRuleState(), "auth-failures", new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 20 }, 0).Try(out var changed, out _));
        Assert.True(AlertBook.Delete(changed, Given.BuiltIn, "auth-failures", 1, "usr_anna", Now).Try(out var reset, out _));

        Assert.Equal((10m, 0), (AlertBook.Find(reset, Given.BuiltIn, "auth-failures")!.Threshold, AlertBook.Find(reset, Given.BuiltIn, "auth-failures")!.Version));
    }

    [Fact]
    public void A_tenant_has_a_bounded_number_of_rules_of_its_own()
    {
        var state = new AlertRuleState();
        var command = new PutAlertRule { Signal = AlertSignal.AuthFailures, Threshold = 20 };
        for (var i = 0; i < AlertRules.MaxOwn; i++)
        {
            Assert.True(Put(state, $"rule{i}", command, null).Try(out var next, out _));
            state = next;
        }

        Assert.Equal(ProblemCode.QuotaExceeded, Put(state, "one-more", command, null).Problem?.Code);
        Assert.True(Put(state, "auth-failures", command, 0).Try(out _, out _));
    }

    [Theory]
    [InlineData("memory", AlertSignal.MemoryUsage)]
    [InlineData("auth-failures", AlertSignal.ErrorRate)]
    public void A_tenant_watches_no_process_and_gives_a_built_in_rule_no_other_signal(string name, AlertSignal signal) =>
        Assert.Equal(ProblemCode.InvalidParams, Put(new AlertRuleState(), name, new PutAlertRule { Signal = signal, Threshold = 20 }, name == "memory" ? null : 0).Problem?.Code);

    [Fact]
    public void A_rule_that_is_disabled_fires_nothing_more()
    {
        var rule = AlertBook.Find(new AlertRuleState(), Given.BuiltIn, "auth-failures")!;
        Assert.True(Put(Fired(new AlertRuleState(), rule), rule.Name, new PutAlertRule { Signal = rule.Signal, Threshold = 10, Enabled = false }, 0).Try(out var disabled, out _));

        Assert.Null(AlertBook.Firing(disabled, rule.Name));
        Assert.Equal(AlertState.Resolved, disabled.Kept[0].State);
    }

    private static AlertRuleState Fired(AlertRuleState state, AlertRuleDefinition rule) =>
        AlertBook.Fire(state, rule, new AlertVerdict(AlertChange.Fires, new Measure(10, 10), AlertBook.Status(state, rule.Name)), Now);

    private static Result<AlertRuleState> Put(AlertRuleState state, string name, PutAlertRule command, long? expected) =>
        AlertBook.Put(state, Given.BuiltIn, name, command, expected, "usr_anna", Now);
}
