using Platform.Abstractions.Alerts;
using Platform.Grains.Alerts;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class AlertJudgeTests
{
    private readonly AlertWindow _window = new();
    private AlertRuleStatus _status = new();

    [Theory]
    [InlineData(9, AlertChange.None)]
    [InlineData(10, AlertChange.Fires)]
    internal void Ten_failures_fire_and_nine_do_not(int failures, AlertChange expected)
    {
        _window.Add(Start, Failures(failures));

        Assert.Equal(expected, Judge(Rule(AlertSignal.AuthFailures, 10), Start));
    }

    [Theory]
    [InlineData(49, AlertChange.None)]
    [InlineData(50, AlertChange.Fires)]
    internal void Fifty_violations_fire_and_forty_nine_do_not(int violations, AlertChange expected)
    {
        _window.Add(Start, Violations(violations));

        Assert.Equal(expected, Judge(Rule(AlertSignal.RateLimitViolations, 50), Start));
    }

    [Theory]
    [InlineData(1000, 49, AlertChange.None)]
    [InlineData(1000, 50, AlertChange.Fires)]
    [InlineData(999, 50, AlertChange.Fires)]
    [InlineData(1001, 50, AlertChange.None)]
    internal void Five_percent_fire_and_less_does_not(int requests, int errors, AlertChange expected)
    {
        _window.Add(Start, Requests(requests, errors));

        Assert.Equal(expected, Judge(Rule(AlertSignal.ErrorRate, 5.0m), Start + AlertRules.LateSeconds));
    }

    [Theory]
    [InlineData(2, 1, AlertChange.None)]
    [InlineData(19, 19, AlertChange.None)]
    [InlineData(20, 1, AlertChange.Fires)]
    internal void One_error_of_two_requests_wakes_nobody(int requests, int errors, AlertChange expected)
    {
        _window.Add(Start, Requests(requests, errors));

        Assert.Equal(expected, Judge(Rule(AlertSignal.ErrorRate, 5.0m, minimumSample: 20), Start + AlertRules.LateSeconds));
    }

    [Fact]
    public void What_somebody_resolved_does_not_fire_again_by_the_looks_that_follow()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10);
        _window.Add(Start, Failures(10));
        Assert.Equal(AlertChange.Fires, Judge(rule, Start));

        // Resolved in the same second; a look goes over the last seconds again, for what comes late.
        _status = _status with { Firing = 0, CountFrom = Start + 1 };
        for (var second = 1; second < 90; second++)
        {
            Assert.Equal(AlertChange.None, Judge(rule, Start + second, changed: Start + second - AlertRules.LateSeconds));
        }

        _window.Add(Start + 90, Failures(10));
        Assert.Equal(AlertChange.Fires, Judge(rule, Start + 90, changed: Start + 85));
    }

    [Fact]
    public void A_burst_across_the_minute_is_one_burst()
    {
        // 59.9 s and 60.1 s.
        _window.Add(Start + 59, Failures(1));
        Assert.Equal(AlertChange.None, Judge(Rule(AlertSignal.AuthFailures, 10), Start + 59));

        _window.Add(Start + 60, Failures(9));
        Assert.Equal(AlertChange.Fires, Judge(Rule(AlertSignal.AuthFailures, 10), Start + 60));
    }

    [Fact]
    public void A_late_batch_completes_a_window_that_is_over_by_now()
    {
        _window.Add(Start, Failures(9));
        _window.Add(Start + 62, Failures(0) with { Requests = 1 });
        Assert.Equal(AlertChange.None, Judge(Rule(AlertSignal.AuthFailures, 10), Start + 62));

        // It happened at 59 s and was told at 62 s: the window from 0 to 59 s had ten.
        _window.Add(Start + 59, Failures(1));
        Assert.Equal(AlertChange.Fires, Judge(Rule(AlertSignal.AuthFailures, 10), Start + 62, changed: Start + 59));
    }

    [Fact]
    public void A_share_waits_for_the_nodes_that_have_not_spoken_yet()
    {
        _window.Add(Start, Requests(20, 10));
        Assert.Equal(AlertChange.None, Judge(Rule(AlertSignal.ErrorRate, 5.0m), Start + 1));

        _window.Add(Start, Requests(1000, 0));
        Assert.Equal(AlertChange.None, Judge(Rule(AlertSignal.ErrorRate, 5.0m), Start + AlertRules.LateSeconds));
    }

    [Fact]
    public void What_fires_is_resolved_after_as_many_quiet_windows_as_the_rule_says()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10, resolveAfterWindows: 2);
        GivenFiring(rule);

        Assert.Equal(AlertChange.None, Judge(rule, Start + 59));
        Assert.Equal(AlertChange.None, Judge(rule, Start + 60));
        Assert.Equal(AlertChange.None, Judge(rule, Start + 119));
        Assert.Equal(AlertChange.Resolves, Judge(rule, Start + 120));
    }

    [Fact]
    public void A_look_that_comes_late_knows_when_the_quiet_began()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10, resolveAfterWindows: 2);
        GivenFiring(rule);

        Assert.Equal(AlertChange.Resolves, Judge(rule, Start + 120, changed: Start + 1));
    }

    [Fact]
    public void A_quiet_that_is_broken_begins_anew()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10, resolveBelow: 3, resolveAfterWindows: 2);
        GivenFiring(rule);
        Judge(rule, Start + 60);

        _window.Add(Start + 100, Failures(3));
        Judge(rule, Start + 100);
        Assert.Equal(AlertChange.None, Judge(rule, Start + 160));
        Assert.Equal(AlertChange.None, Judge(rule, Start + 219));
        Assert.Equal(AlertChange.Resolves, Judge(rule, Start + 220));
    }

    [Fact]
    public void Between_the_two_thresholds_nothing_is_resolved_and_nothing_fires()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10, resolveBelow: 5, resolveAfterWindows: 1);
        GivenFiring(rule);
        _window.Add(Start + 30, Failures(5));

        Assert.Equal(AlertChange.None, Judge(rule, Start + 60));
        Assert.Equal(AlertChange.None, Judge(rule, Start + 89));
        Assert.Equal(AlertChange.Resolves, Judge(rule, Start + 90));
    }

    [Fact]
    public void What_was_resolved_does_not_fire_again_for_what_was_judged_before()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10, resolveAfterWindows: 1);
        GivenFiring(rule);
        Assert.Equal(AlertChange.Resolves, Judge(rule, Start + 60));
        _status = _status with { Firing = 0 };

        _window.Add(Start + 59, Requests(1, 0));
        Assert.Equal(AlertChange.None, Judge(rule, Start + 60, changed: Start + 40));
    }

    [Fact]
    public void After_somebody_resolved_it_only_what_happens_since_counts()
    {
        var rule = Rule(AlertSignal.AuthFailures, 10);
        _window.Add(Start, Failures(10));
        _status = new AlertRuleStatus { CountFrom = Start + 1 };
        Assert.Equal(AlertChange.None, Judge(rule, Start + 1));

        _window.Add(Start + 2, Failures(9));
        Assert.Equal(AlertChange.None, Judge(rule, Start + 2));
        _window.Add(Start + 3, Failures(1));
        Assert.Equal(AlertChange.Fires, Judge(rule, Start + 3));
    }

    private void GivenFiring(AlertRuleDefinition rule)
    {
        _window.Add(Start, Failures(10));
        Assert.Equal(AlertChange.Fires, Judge(rule, Start));
        _status = _status with { Firing = 1 };
    }

    private AlertChange Judge(AlertRuleDefinition rule, long now, long? changed = null)
    {
        var verdict = AlertJudge.Judge(rule, _status, _window, changed ?? now, now);
        _status = verdict.Status;
        return verdict.Change;
    }
}
