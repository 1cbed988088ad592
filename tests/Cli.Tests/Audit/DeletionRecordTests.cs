using System.Net;
using System.Text.Json.Nodes;
using Platform.Cli.Tests.Shell;
using Platform.Testing;

namespace Platform.Cli.Tests.Audit;

/// <summary>The record of a purged tenant, saved from the running product and judged without it.</summary>
[Trait("Control", "AL-4")]
public sealed class DeletionRecordTests(DeletionRecordTests.Purged product) : IClassFixture<DeletionRecordTests.Purged>
{
    [Fact]
    public async Task What_the_platform_signed_fits_and_for_whoever_trusts_its_key() =>
        Assert.Equal((0, 0), (await VerifyAsync(product.Record), await VerifyAsync(product.Record, product.Key)));

    [Fact]
    public async Task The_record_of_a_persons_erasure_is_judged_likewise()
    {
        Assert.Equal((0, 1), (await VerifyAsync(product.Erasure, product.Key), await VerifyAsync(product.Erasure, new string('A', 43))));

        var changed = product.Erasure.DeepClone().AsObject();
        var parts = changed["statement"]!.GetValue<string>().Split('.');
        changed["statement"] = $"{parts[0]}.{(parts[1][0] == 'A' ? 'B' : 'A')}{parts[1][1..]}.{parts[2]}";
        Assert.Equal(1, await VerifyAsync(changed));
    }

    [Fact]
    public async Task Another_ring_is_not_believed_by_whoever_knows_the_first_key() => Assert.Equal(1, await VerifyAsync(product.Record, new string('A', 43)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_changed_header_payload_or_signature_is_found(int part)
    {
        var parts = product.Record["statement"]!.GetValue<string>().Split('.');
        parts[part] = (parts[part][0] == 'A' ? 'B' : 'A') + parts[part][1..];

        Assert.Equal(1, await VerifyAsync(With("statement", string.Join('.', parts))));
    }

    [Fact]
    public async Task Another_statement_of_the_same_key_is_no_record() => Assert.Equal(1, await VerifyAsync(With("statement", product.Checkpoint)));

    [Fact]
    public async Task A_file_without_keys_is_no_record()
    {
        var without = product.Record.DeepClone().AsObject();
        without.Remove("keys");

        Assert.Equal(1, await VerifyAsync(without));
    }

    [Fact]
    public async Task A_file_that_is_not_there_cannot_be_read()
    {
        using var user = new CliUser();

        Assert.Equal(2, (await user.RunAsync("audit", "verify-deletion", "/nowhere/record.json")).Exit);
    }

    private JsonObject With(string member, JsonNode value)
    {
        var changed = product.Record.DeepClone().AsObject();
        changed[member] = value;
        return changed;
    }

    private static async Task<int> VerifyAsync(JsonNode record, string? trusted = null)
    {
        using var user = new CliUser();
        return (await user.RunAsync(["audit", "verify-deletion", user.FileOf("record.json", record.ToJsonString()), .. trusted is null ? Array.Empty<string>() : ["--trusted-key", trusted]])).Exit;
    }

    /// <summary>A product that has purged a tenant.</summary>
    public sealed class Purged : IAsyncLifetime
    {
        private readonly ShiftedClock _clock = new();
        private PlatformApplication _platform = null!;

        public JsonObject Record { get; private set; } = null!;

        /// <summary>Of a person of another tenant.</summary>
        public JsonObject Erasure { get; private set; } = null!;

        /// <summary>Thumbprint of the key that signed.</summary>
        public string Key { get; private set; } = "";

        /// <summary>Something else that it signed.</summary>
        public string Checkpoint { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            _platform = await PlatformApplication.StartAsync(_clock);
            var id = (await _platform.GivenTenant("gone")).GetProperty("id").GetString();
            var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(_platform.ManagementUrl, "/v1/tenants/gone"));
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_platform.AdminKey}");
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            await PlatformApplication.Expect(await _platform.Http.SendAsync(request), HttpStatusCode.Accepted);
            await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Post, "/v1/tenants/gone:purge", new { confirm = "gone" }), HttpStatusCode.Accepted);
            await _platform.GivenUser("demo", "ann");
            await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Post, "/v1/tenants/demo/principals/usr_ann:erase", new { confirm = "usr_ann" }), HttpStatusCode.Accepted);
            _clock.Advance(TimeSpan.FromMinutes(1));
            Record = await EventuallyAsync($"/v1/deletion-records/{id}");
            Erasure = await EventuallyAsync("/v1/tenants/demo/erasure-records/usr_ann");
            var keys = await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Get, "/v1/audit-keys"), HttpStatusCode.OK);
            Key = keys.GetProperty("items")[0].GetProperty("key").GetProperty("kid").GetString()!;
            Checkpoint = (await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Get, "/v1/tenants/demo/audit-checkpoint"), HttpStatusCode.OK)).GetProperty("statement").GetString()!;
        }

        public ValueTask DisposeAsync() => _platform.DisposeAsync();

        private async Task<JsonObject> EventuallyAsync(string path)
        {
            HttpResponseMessage record;
            do
            {
                await Task.Delay(200);
                record = await _platform.Manage(HttpMethod.Get, path);
            }
            while (record.StatusCode == HttpStatusCode.NotFound);
            return JsonNode.Parse((await PlatformApplication.Expect(record, HttpStatusCode.OK)).GetRawText())!.AsObject();
        }
    }
}
