using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Abstractions.Audit;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary>
/// <c>platform audit verify-deletion</c>: judges the record of a tenant's end or of a person's erasure, as <c>GET /v1/deletion-records/{id}</c> or <c>GET /v1/tenants/{t}/erasure-records/{id}</c>
/// answered it, without any server. Exit code 0 when an audit key signed it, 1 when none did, 2 when the file is not there. What is in the file is a stranger's words.
/// </summary>
internal static class VerifyDeletionCommand
{
    /// <summary>Longer than any answer.</summary>
    private const int MaxBytes = 16 << 20;

    public static Command Create(CommandShell shell)
    {
        var file = Options.Name("file", "The saved answer of /v1/deletion-records/{id} or /v1/tenants/{t}/erasure-records/{id}.");
        var trusted = Options.Text("--trusted-key", "Thumbprint of an audit key that the ring must have. Without it the ring in the file is believed.");
        return shell.Command("verify-deletion", "Check the signed record of a tenant that was purged, or of a person who was erased. Exit code 1 when no audit key signed it.", [file, trusted], run => RunAsync(run, run.Get(file), run.Get(trusted)));
    }

    private static async Task<int> RunAsync(Run run, string file, string? trusted)
    {
        if (!(await AnswerAsync(file, run.Cancel)).Try(out var answer, out var refused))
        {
            return await run.Printer.RefuseAsync(refused);
        }

        var (fault, found) = Judge(answer, trusted);
        var exit = fault is null ? ExitCode.Done : ExitCode.Refused;
        if (run.Format != OutputFormat.Table)
        {
            await run.Printer.ShowAsync(Body.Of(
                ("fits", fault is null), ("fault", fault), ("signedBy", found?.Keys.Newest.Kid), ("firstKey", found?.Keys.Keys[0].Kid), ("record", found is null ? null : JsonNode.Parse(found.Payload))));
            return exit;
        }

        if (found is null)
        {
            await run.Printer.NoteAsync(Sentence.Of($"{Path.GetFileName(file)} does not fit: {fault ?? ""}."));
            return exit;
        }

        await run.Printer.TellAsync(found.Said);
        await run.Printer.TellAsync($"Signed by {found.Keys.Newest.Kid}.");
        if (trusted is null)
        {
            await run.Printer.TellAsync($"The keys are those of the file. Compare {found.Keys.Keys[0].Kid} with what /v1/audit-keys said before, or name it as --trusted-key.");
        }

        return exit;
    }

    /// <summary>Null when there is none in the file.</summary>
    private static async Task<Outcome<Answer?>> AnswerAsync(string file, CancellationToken cancel)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            using var gathered = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; gathered.Length <= MaxBytes && (read = await stream.ReadAsync(buffer, cancel)) > 0;)
            {
                gathered.Write(buffer.AsSpan(0, read));
            }

            return gathered.Length > MaxBytes ? null : JsonSerializer.Deserialize<Answer>(gathered.GetBuffer().AsSpan(0, (int)gathered.Length), JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return default(Answer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refusal.Usage("The file is not there, or cannot be read.");
        }
    }

    /// <summary>The fault, or what an audit key signed.</summary>
    private static (string? Fault, Found? Found) Judge(Answer? answer, string? trusted)
    {
        if (answer is not { Statement: not null, Keys: not null })
        {
            return (AuditFault.Unreadable, null);
        }

        if (!AuditKeyChain.TryRead(answer.Keys.Select(key => key ?? ""), out var keys) || (trusted is not null && !keys.Has(trusted)))
        {
            return (AuditFault.UntrustedKeys, null);
        }

        if (AuditStatement.TryRead(answer.Statement, DeletionRecord.Type, out var statement) && DeletionRecord.TryRead(statement.Payload, out var purged))
        {
            return Signed(statement, purged.Purged, keys,
                $"{purged.Tenant} ({purged.Slug}): deleted {purged.Deleted:u} by {purged.DeletedBy}, purged {purged.Purged:u} by {purged.PurgedBy}; {Count(purged.Removed)} things of {purged.Removed.Length} kinds.");
        }

        if (AuditStatement.TryRead(answer.Statement, ErasureRecord.Type, out statement) && ErasureRecord.TryRead(statement.Payload, out var erased))
        {
            return Signed(statement, erased.Erased, keys,
                $"{erased.Principal} of {erased.Tenant}: asked for {erased.Asked:u} by {erased.AskedBy}, erased {erased.Erased:u}; {Count(erased.Removed)} things of {erased.Removed.Length} kinds.");
        }

        return (AuditFault.Unreadable, null);
    }

    private static (string? Fault, Found? Found) Signed(AuditStatement statement, DateTimeOffset at, AuditKeyChain keys, FormattableString said) =>
        keys.Check(statement, at, out _) is { } fault ? (fault, null) : (null, new Found(said, keys, statement.Payload));

    private static decimal Count(RemovedThings?[] removed) => removed.Sum(things => (decimal)(things?.Count ?? 0));

    private sealed record Found(FormattableString Said, AuditKeyChain Keys, byte[] Payload);

    private sealed record Answer(string? Statement, string?[]? Keys);
}
