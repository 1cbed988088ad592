using System.Net;
using Platform.Abstractions.Audit;
using Platform.Testing;

namespace Platform.Cli.Tests.Audit;

/// <summary>A bundle of a trail whose oldest records are no longer kept: it says so, and everything else is still proved.</summary>
[Trait("Control", "AL-2")]
public sealed class PrunedBundleTests(PrunedBundleTests.Pruned product) : IClassFixture<PrunedBundleTests.Pruned>
{
    private BundleFile Bundle => product.Bundle.Copy();

    [Fact]
    public async Task It_is_good_and_says_which_records_are_gone()
    {
        var result = await BundleFile.VerifyAsync(Bundle.Bytes);

        Assert.Null(result.Fault);
        Assert.Equal((Bundle.Records[0].Sequence - 1, Bundle.Manifest.First - 1), (result.PrunedThrough, result.PrunedThrough));
        Assert.True(result.PrunedThrough > 0);
    }

    [Fact]
    public async Task A_record_that_is_missing_after_them_is_named()
    {
        var bundle = Bundle;
        var first = bundle.Records[0].Sequence;
        bundle.Records.RemoveAt(0);

        var result = await bundle.VerifyAsync();

        Assert.Equal((first, AuditFault.Deleted), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task Without_the_statement_they_are_missing()
    {
        var result = await (Bundle with { PrunedStatement = null }).VerifyAsync();

        Assert.Equal((1, AuditFault.Deleted), (result.FirstBad, result.Fault));
    }

    [Fact]
    public async Task Another_trails_statement_does_not_cover_them()
    {
        var result = await (Bundle with { PrunedStatement = product.Other.PrunedStatement }).VerifyAsync();

        Assert.Equal((1, AuditFault.ForeignTenant), (result.FirstBad, result.Fault));
    }

    public sealed class Pruned : IAsyncLifetime
    {
        private readonly ShiftedClock _clock = new();
        private PlatformApplication _platform = null!;

        internal BundleFile Bundle { get; private set; } = null!;

        internal BundleFile Other { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _platform = await PlatformApplication.StartAsync(_clock);
            string[] tenants = ["kept", "other"];
            foreach (var tenant in tenants)
            {
                await _platform.GivenTenant(tenant);
                await _platform.IssueKey(tenant);
            }

            _clock.Advance(TimeSpan.FromMinutes(61));
            await TakeAsync();
            _clock.Advance(TimeSpan.FromDays(91));
            foreach (var tenant in tenants)
            {
                await _platform.IssueKey(tenant);
            }

            await TakeAsync();
            Bundle = await ExportAsync("kept");
            Other = await ExportAsync("other");
        }

        public ValueTask DisposeAsync() => _platform.DisposeAsync();

        private async Task TakeAsync()
        {
            foreach (var tenant in (string[])["kept", "other"])
            {
                // Seals what is due.
                await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Get, $"/v1/tenants/{tenant}/audit-checkpoint"), HttpStatusCode.OK);
            }

            await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Post, "/v1/audit-checkpoints:take"), HttpStatusCode.OK);
        }

        private async Task<BundleFile> ExportAsync(string tenant)
        {
            using var response = await _platform.Manage(HttpMethod.Get, $"/v1/tenants/{tenant}/audit:export");
            return BundleFile.Read(await response.Content.ReadAsByteArrayAsync());
        }
    }
}
