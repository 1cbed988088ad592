using Platform.Abstractions.Tenants;
using Platform.Api.Alerts.Signals;

namespace Platform.Api.Tests.Alerts;

[Trait("Control", "AL-7")]
public sealed class TenantLabelsTests
{
    private const int Most = 100;
    private readonly TenantLabels _labels = new(Most);

    [Fact]
    public void Ten_thousand_tenants_make_a_bounded_number_of_labels_and_who_had_one_keeps_it()
    {
        var honest = TenantId.New();
        Assert.Equal(honest.ToString(), _labels.Of(honest, 1, 0));

        var labels = Enumerable.Range(0, 10_000).Select(i => _labels.Of(TenantId.New(), 1_000, i)).ToHashSet(StringComparer.Ordinal);

        // The honest one has one of the labels, and the crowd the rest and the common one.
        Assert.Equal(Most, labels.Count);
        Assert.Contains(TenantLabels.Others, labels);
        Assert.Equal(honest.ToString(), _labels.Of(honest, 0, 10_000));
    }

    [Fact]
    public void A_crowd_that_hardly_does_anything_leaves_room_for_who_does()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _labels.Of(TenantId.New(), 1, i / 100);
        }

        var honest = TenantId.New();
        Assert.Equal(TenantLabels.Others, _labels.Of(honest, TenantLabels.Earned - 1, 200));
        Assert.Equal(honest.ToString(), _labels.Of(honest, 1, 201));
    }

    [Fact]
    public void What_is_earned_within_a_minute_counts_and_not_over_the_years()
    {
        var few = new TenantLabels(1);
        var tenant = TenantId.New();
        for (var minute = 0; minute < 1_000; minute++)
        {
            Assert.Equal(TenantLabels.Others, few.Of(tenant, 1, 60L * minute));
        }
    }

    [Fact]
    public void Who_is_only_refused_earns_no_label() =>
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Equal(TenantLabels.Others, _labels.Of(TenantId.New(), 0, 0)));

    [Fact]
    public void What_belongs_to_no_tenant_is_the_platforms() => Assert.Equal(TenantLabels.Platform, _labels.Of(TenantId.Platform, 1, 0));

    [Fact]
    public void No_labels_are_none() => Assert.Equal(TenantLabels.Others, new TenantLabels(0).Of(TenantId.New(), 1_000, 0));
}
