using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Platform.Abstractions.Audit;

namespace Platform.Cli.Audit;

/// <summary>
/// <c>platform audit verify-deletion</c>: judges the record of a tenant's end or of a person's erasure, as <c>GET /v1/deletion-records/{id}</c> or <c>GET /v1/tenants/{t}/erasure-records/{id}</c>
/// answered it, without any server. Exit code 0 when an audit key signed it, 1 when none did, 2 when the file is not there.
/// </summary>
internal static class VerifyDeletionCommand
{
    /// <summary>Longer than any answer.</summary>
    private const long MaxBytes = 16 << 20;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The saved answer of /v1/deletion-records/{id} or /v1/tenants/{t}/erasure-records/{id}." };
        var trusted = new Option<string?>("--trusted-key") { Description = "Thumbprint of an audit key that the ring must have. Without it the ring in the file is believed." };
        var command = new Command("verify-deletion", "Check the signed record of a tenant that was purged, or of a person who was erased.") { file, trusted };
        command.SetAction(async (parsed, cancel) => await RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(trusted), cancel));
        return command;
    }

    internal static async Task<int> RunAsync(FileInfo file, string? trusted, CancellationToken cancel)
    {
        Answer? answer;
        try
        {
            answer = file.Length > MaxBytes ? null : JsonSerializer.Deserialize<Answer>(await File.ReadAllBytesAsync(file.FullName, cancel), JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            answer = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("The file is not there, or cannot be read.");
            return 2;
        }

        if (Check(answer, trusted, out var said, out var keys) is { } fault)
        {
            Console.Error.WriteLine($"{file.Name} does not fit: {fault}.");
            return 1;
        }

        Console.WriteLine($"{said} Signed by {keys!.Newest.Kid}.");
        if (trusted is null)
        {
            Console.WriteLine($"The keys are those of the file. Compare {keys.Keys[0].Kid} with what /v1/audit-keys said before, or name it as --trusted-key.");
        }

        return 0;
    }

    /// <summary>The fault; null when the record is what an audit key signed.</summary>
    private static string? Check(Answer? answer, string? trusted, out string? said, out AuditKeyChain? keys)
    {
        (said, keys) = (null, null);
        if (answer is not { Statement: not null, Keys: not null })
        {
            return AuditFault.Unreadable;
        }

        if (!AuditKeyChain.TryRead(answer.Keys, out keys) || (trusted is not null && !keys.Has(trusted)))
        {
            return AuditFault.UntrustedKeys;
        }

        if (AuditStatement.TryRead(answer.Statement, DeletionRecord.Type, out var statement) && DeletionRecord.TryRead(statement.Payload, out var purged))
        {
            said = string.Create(
                CultureInfo.InvariantCulture,
                $"{purged.Tenant} ({purged.Slug}): deleted {purged.Deleted:u} by {purged.DeletedBy}, purged {purged.Purged:u} by {purged.PurgedBy}; {Count(purged.Removed)}.");
            return keys.Check(statement, purged.Purged, out _);
        }

        if (AuditStatement.TryRead(answer.Statement, ErasureRecord.Type, out statement) && ErasureRecord.TryRead(statement.Payload, out var erased))
        {
            said = string.Create(
                CultureInfo.InvariantCulture,
                $"{erased.Principal} of {erased.Tenant}: asked for {erased.Asked:u} by {erased.AskedBy}, erased {erased.Erased:u}; {Count(erased.Removed)}.");
            return keys.Check(statement, erased.Erased, out _);
        }

        return AuditFault.Unreadable;
    }

    private static string Count(RemovedThings[] removed) => string.Create(CultureInfo.InvariantCulture, $"{removed.Sum(things => things.Count)} things of {removed.Length} kinds");

    private sealed record Answer(string? Statement, string[]? Keys);
}
