using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Cli.Audit;

/// <summary>
/// <c>platform audit verify</c>: recomputes a tenant's hash chain here, from the records as they were hashed. The server is asked for records only, or for nothing when a bundle is
/// named; it is not believed. Exit code 0 when every record fits, 1 when one does not, 2 when they could not be read.
/// </summary>
internal static class VerifyCommand
{
    private const int Page = 1_000;

    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "Base of the management API.", DefaultValueFactory = _ => "http://127.0.0.1:5081" };
        var keyFile = new Option<FileInfo?>("--key-file") { Description = "File that holds a management key (mcpm_…); standard input when absent, so that the key is in no argument list." };
        var tenant = new Argument<string>("trail") { Description = "An exported bundle (a file that ends in .zip), or the slug of a tenant, or _sys for the platform's own trail." };
        var trusted = new Option<string?>("--trusted-key") { Description = "Thumbprint of an audit key that the bundle's ring must have. Without it the ring in the bundle is believed." };
        var witness = new Option<FileInfo?>("--witness") { Description = "A witness file of the platform, or statements kept elsewhere, a line each: what they saw must be in the bundle." };
        var command = new Command("verify", "Recompute an audit chain and name the first record that does not fit.") { tenant, url, keyFile, trusted, witness };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetRequiredValue(tenant) is var bundle && bundle.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                return await BundleAsync(bundle, parsed.GetValue(trusted), parsed.GetValue(witness), cancel);
            }

            var file = parsed.GetValue(keyFile);
            var key = file is null ? await Console.In.ReadLineAsync(cancel) : await File.ReadAllTextAsync(file.FullName, cancel);
            return await RunAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(tenant), key?.Trim() ?? "", cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(string url, string tenant, string key, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        AuditVerifier? verifier = null;
        long pruned = 0;
        var pages = 0;
        for (long from = 1; ;)
        {
            ChainPage? page;
            try
            {
                using var response = await http.GetAsync(new Uri($"/v1/tenants/{Uri.EscapeDataString(tenant)}/audit-chain?from={from}&count={Page}", UriKind.Relative), cancel);
                if (!response.IsSuccessStatusCode)
                {
                    return Unreadable(response.StatusCode == HttpStatusCode.Unauthorized ? "the management key was refused" : $"the server answered {(int)response.StatusCode}");
                }

                page = await response.Content.ReadFromJsonAsync<ChainPage>(JsonSerializerOptions.Web, cancel);
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException)
            {
                return Unreadable("the server could not be reached or understood");
            }

            if (page is null || !TenantId.TryParse(page.Tenant, out var id))
            {
                return Unreadable("the answer names no tenant");
            }

            if (verifier is null)
            {
                verifier = new AuditVerifier(id);
                pruned = await PrunedAsync(http, id, page.Pruned, verifier, cancel);
            }

            if (page.Items.Any(item => !verifier.Check(item)) || page.Items.Length < Page)
            {
                return Report(tenant, verifier.Result, pruned);
            }

            from = page.Items[^1].Sequence + 1;

            if (++pages % 100 == 0)
            {
                await Console.Error.WriteLineAsync($"{from - 1 - pruned} records fit so far");
            }
        }
    }

    /// <summary>Begins after the records that are no longer kept, if an audit key signed that. Without that they are missing.</summary>
    private static async Task<long> PrunedAsync(HttpClient http, TenantId tenant, string? compact, AuditVerifier verifier, CancellationToken cancel)
    {
        if (!PrunedTrail.TryRead(compact, out var statement, out var pruned) || !string.Equals(pruned.Tenant, tenant.ToString(), StringComparison.Ordinal))
        {
            return 0;
        }

        try
        {
            var ring = await http.GetFromJsonAsync<KeyPage>(new Uri("/v1/audit-keys", UriKind.Relative), JsonSerializerOptions.Web, cancel);
            if (!AuditKeyChain.TryRead(ring?.Items.Select(item => item.Statement) ?? [], out var keys) || keys.Check(statement, pruned.At, out _) is not null)
            {
                return 0;
            }

            verifier.StartAfter(pruned.Through, Convert.FromHexString(pruned.Hash));
            return pruned.Through;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or FormatException)
        {
            return 0;
        }
    }

    private static async Task<int> BundleAsync(string bundle, string? trusted, FileInfo? witness, CancellationToken cancel)
    {
        BundleVerdict verdict;
        try
        {
            var lines = witness is null ? AsyncEnumerable.Empty<string>() : File.ReadLinesAsync(witness.FullName, cancel);
            verdict = await BundleCheck.RunAsync(bundle, trusted, lines, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Unreadable("a file is not there, or cannot be read");
        }

        var (tenant, result, keys, evidence) = verdict;
        if (result.FirstBad is { } bad)
        {
            Console.Error.WriteLine($"{tenant ?? bundle}: {(bad == 0 ? "the bundle" : $"record {bad}")} does not fit: {result.Fault}. {result.Events} records before it do.");
            return 1;
        }

        Gone(result.PrunedThrough);
        Console.WriteLine($"{tenant}: {result.Events - result.PrunedThrough} records and {result.Segments} sealed segments fit. Head {result.Head}. Signed by {keys!.Newest.Kid}.");
        if (evidence is not null)
        {
            var said = evidence.Manifest;
            Console.WriteLine($"Evidence of {said.Incident}, exported by {said.By} at {said.At:O}: {evidence.Entries} entries of its timeline, {evidence.Records} records from {said.From:O} to {said.To:O}. Configuration {said.Configuration}.");
        }

        if (trusted is null)
        {
            Console.WriteLine($"The keys are those of the bundle. Compare {keys.Keys[0].Kid} with what /v1/audit-keys said before, or name it as --trusted-key.");
        }

        return 0;
    }

    private static int Report(string tenant, AuditVerification result, long pruned)
    {
        Gone(pruned);
        if (result.FirstBad is { } bad)
        {
            Console.Error.WriteLine($"{tenant}: record {bad} does not fit: {result.Fault}. {result.Events} records before it do.");
            return 1;
        }

        Console.WriteLine($"{tenant}: {result.Events - pruned} records fit. Head {result.Head}.");
        return 0;
    }

    private static void Gone(long pruned)
    {
        if (pruned > 0)
        {
            Console.WriteLine($"Records 1 to {pruned} are no longer kept: their time was over, as an audit key signed.");
        }
    }

    private static int Unreadable(string why)
    {
        Console.Error.WriteLine($"The audit chain could not be read: {why}.");
        return 2;
    }

    private sealed record ChainPage(string Tenant, AuditEventView[] Items, string? Pruned);

    private sealed record KeyPage(KeyItem[] Items);

    private sealed record KeyItem(string Statement);
}
