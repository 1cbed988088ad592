using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Incidents;
using Platform.Cli.Audit;
using Platform.Cli.Tests.Audit;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Incidents;

/// <summary>Evidence that the running product exported, judged by a stranger without it (IR-3).</summary>
[Trait("Control", "IR-3")]
public sealed class EvidenceTests(EvidenceTests.Exported product) : IClassFixture<EvidenceTests.Exported>
{
    [Fact]
    public async Task Honest_evidence_is_good_and_tells_the_incident_its_timeline_and_its_window()
    {
        var verdict = await VerifyAsync(product.Evidence);

        Assert.Equal((null, product.Incident, 3), (verdict.Result.Fault, verdict.Evidence!.Manifest.Incident, verdict.Evidence.Entries));
        Assert.Equal(2, verdict.Evidence.Records);
        Assert.Matches("^[0-9a-f]{64}$", verdict.Evidence.Manifest.Configuration);
        Assert.Equal(["incident.json", "signing-keys.json", "tenant.json", "timeline.jsonl"], verdict.Evidence.Manifest.Files.Keys);
        var timeline = Content(EvidenceManifest.TimelineFile).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.Equal(["status", "note", "evidence"], timeline.Select(entry => entry.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task A_bundle_that_is_no_evidence_is_none() => Assert.Null((await VerifyAsync(product.Trail.Alpha.Bytes)).Evidence);

    [Fact]
    public void There_is_nothing_of_another_tenant_and_no_secret_in_it()
    {
        using var zip = new ZipArchive(new MemoryStream(product.Evidence), ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            var text = Content(entry.FullName);
            Assert.DoesNotContain(product.Trail.Beta.Manifest.Tenant, text, StringComparison.Ordinal);
            Assert.DoesNotContain("beta", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"d\":", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(EvidenceManifest.IncidentFile)]
    [InlineData(EvidenceManifest.TimelineFile)]
    [InlineData(EvidenceManifest.SigningKeysFile)]
    [InlineData(EvidenceManifest.TenantFile)]
    [InlineData(EvidenceManifest.File)]
    public async Task A_file_that_is_replaced_or_taken_out_is_told(string name)
    {
        Assert.NotNull((await VerifyAsync(Repacked(name, "{}"))).Result.Fault);
        Assert.NotNull((await VerifyAsync(Repacked(name, null))).Result.Fault);
    }

    [Fact]
    public async Task A_trail_that_is_given_an_incident_it_was_not_exported_with_is_told()
    {
        using var memory = new MemoryStream();
        memory.Write(product.Trail.Alpha.Bytes);
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var name in (string[])[EvidenceManifest.IncidentFile, EvidenceManifest.TimelineFile, EvidenceManifest.SigningKeysFile, EvidenceManifest.TenantFile, EvidenceManifest.File])
            {
                await using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(Content(name)));
            }
        }

        Assert.Equal(AuditFault.BundleChanged, (await VerifyAsync(memory.ToArray())).Result.Fault);
    }

    [Fact]
    public async Task One_changed_byte_anywhere_is_detected() =>
        await Gen.Select(Gen.Int[0, product.Evidence.Length - 1], Gen.Byte[1, 255]).SampleAsync(
            async (at, change) =>
            {
                var bytes = (byte[])product.Evidence.Clone();
                bytes[at] ^= change;
                return (await VerifyAsync(bytes)).Result.Fault is not null;
            },
            iter: 300);

    [Fact, Trait("Control", "IN-5")]
    public async Task What_its_author_wrote_is_shown_as_words_of_a_stranger()
    {
        Assert.True(EvidenceManifest.TryRead(Encoding.UTF8.GetBytes(Content(EvidenceManifest.File)), out var manifest));
        var packed = Repacked(EvidenceManifest.File, Encoding.UTF8.GetString((manifest with { By = Hostile.Words, Configuration = Hostile.Words }).Write()));
        var seal = new BundleSeal { V = 1, Tenant = manifest.Tenant, Sha256 = Convert.ToHexStringLower(SHA256.HashData(packed.AsSpan()[..^BundleSeal.Size])), At = manifest.At };
        Encoding.ASCII.GetBytes(product.Trail.Sign(BundleSeal.Type, seal.Write(), product.Trail.Keys[1]).PadRight(BundleSeal.Size)).CopyTo(packed.AsSpan()[^BundleSeal.Size..]);
        using var user = new CliUser();
        var file = Path.Combine(user.Home, "evidence \u001b[8m.zip");
        await File.WriteAllBytesAsync(file, packed, TestContext.Current.CancellationToken);

        await Hostile.ExpectTamedAsync(user, 3, "audit", "verify", file);
    }

    private byte[] Repacked(string name, string? content)
    {
        using var memory = new MemoryStream();
        memory.Write(product.Evidence);
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(name)!.Delete();
            if (content is not null)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return memory.ToArray();
    }

    private string Content(string name)
    {
        using var zip = new ZipArchive(new MemoryStream(product.Evidence), ZipArchiveMode.Read);
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static async Task<BundleVerdict> VerifyAsync(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, bytes);
            return await BundleCheck.RunAsync(path, null, AsyncEnumerable.Empty<string>(), CancellationToken.None);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The product whose trails are judged elsewhere, with an incident in one of its tenants.</summary>
    public sealed class Exported : IAsyncLifetime
    {
        public BundleProduct Trail { get; } = new();

        public string Incident { get; private set; } = "";

        public byte[] Evidence { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await Trail.InitializeAsync();
            var before = Trail.Clock.GetUtcNow();
            var opened = await Testing.PlatformApplication.Expect(await Trail.Platform.Manage(HttpMethod.Post, "/v1/tenants/alpha/incidents", new { title = "Somebody is in", severity = "high" }), HttpStatusCode.Created);
            Incident = opened.GetProperty("id").GetString()!;
            await Testing.PlatformApplication.Expect(await Trail.Platform.Manage(HttpMethod.Post, $"/v1/tenants/alpha/incidents/{Incident}/timeline", new { text = "A key was in a log." }), HttpStatusCode.OK);
            Trail.Clock.Advance(TimeSpan.FromMinutes(1));
            using var response = await Trail.Platform.Manage(HttpMethod.Post, $"/v1/tenants/alpha/incidents/{Incident}:exportEvidence", new { from = before });
            Assert.Equal((HttpStatusCode.OK, "application/zip"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            Evidence = await response.Content.ReadAsByteArrayAsync();
        }

        public ValueTask DisposeAsync() => Trail.DisposeAsync();
    }
}
