using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Terminals;

namespace Platform.Cli.Audit;

/// <summary>Judges the chain of a trail as the server tells it, page by page.</summary>
internal static class ChainCheck
{
    private const int Page = 1_000;
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private static readonly Refusal Strange = new(ExitCode.Usage, "The audit chain could not be read: the server's answer is none.");

    public static async Task<Outcome<BundleVerdict>> RunAsync(Run run, string tenant)
    {
        AuditVerifier? verifier = null;
        long pruned = 0;
        using var progress = new ProgressLine(run.Terminal);
        for (long from = 1; ;)
        {
            var reply = await run.GetAsync(Route.Of($"tenants/{tenant}/audit-chain").With(("from", from.ToString(CultureInfo.InvariantCulture)), ("count", Page.ToString(CultureInfo.InvariantCulture))));
            if (reply.Refusal is { } refused)
            {
                return refused;
            }

            if (Read<ChainPage>(reply) is not { } page || !TenantId.TryParse(page.Tenant, out var id) || page.Items.Any(item => item is null))
            {
                return Strange;
            }

            if (verifier is null)
            {
                verifier = new AuditVerifier(id);
                pruned = await PrunedAsync(run, id, page.Pruned, verifier);
            }

            if (page.Items.Any(item => !verifier.Check(item!)) || page.Items.Length < Page)
            {
                return new BundleVerdict(tenant, verifier.Result with { PrunedThrough = pruned }, null);
            }

            from = page.Items[^1]!.Sequence + 1;
            progress.Show(string.Create(CultureInfo.InvariantCulture, $"{from - 1 - pruned:N0} records fit so far"));
        }
    }

    /// <summary>Begins after the records that are no longer kept, if an audit key signed that. Without that they are missing.</summary>
    private static async Task<long> PrunedAsync(Run run, TenantId tenant, string? compact, AuditVerifier verifier)
    {
        if (!PrunedTrail.TryRead(compact, out var statement, out var pruned) || !string.Equals(pruned.Tenant, tenant.ToString(), StringComparison.Ordinal)
            || HashOf(pruned) is not { } hash || Read<KeyPage>(await run.GetAsync(Route.Of($"audit-keys"))) is not { } ring
            || !AuditKeyChain.TryRead(ring.Items.Select(item => item?.Statement ?? ""), out var keys) || keys.Check(statement, pruned.At, out _) is not null)
        {
            return 0;
        }

        verifier.StartAfter(pruned.Through, hash);
        return pruned.Through;
    }

    private static byte[]? HashOf(PrunedTrail pruned)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(pruned.Hash, hash, out _, out var written) == System.Buffers.OperationStatus.Done && written == hash.Length ? hash : null;
    }

    private static T? Read<T>(Reply reply) where T : class
    {
        try
        {
            return reply.Body?.Deserialize<T>(Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record ChainPage(string Tenant, AuditEventView?[] Items, string? Pruned = null);

    private sealed record KeyPage(KeyItem?[] Items);

    private sealed record KeyItem(string Statement);
}
