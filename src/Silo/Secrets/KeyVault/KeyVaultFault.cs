using System.Text.Json;
using Azure;
using Azure.Identity;
using Microsoft.Identity.Client;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>What the SDK's exceptions mean here. Their text goes along as the inner exception only: it may quote what the vault said.</summary>
internal static class KeyVaultFault
{
    private const int LongestErrorBytes = 16 << 10;

    /// <summary>The vault itself says that the secret, or its version, is not there. A 404 of anything else (a proxy, another host) is an outage: a new secret made because of it would be a disaster.</summary>
    public static bool IsAbsent(Exception failure) => failure is RequestFailedException { Status: 404, ErrorCode: "SecretNotFound" };

    /// <summary>False when it is a bug of ours.</summary>
    public static bool IsKnown(Exception failure) =>
        failure is RequestFailedException or AuthenticationFailedException or InvalidOperationException or OperationCanceledException or HttpRequestException or IOException or AggregateException;

    public static SecretStoreException Tell(Exception failure, Uri vault, string name) => failure switch
    {
        RequestFailedException { Status: 403 } refused when InnerCode(refused) is "SecretDisabled" =>
            new(SecretFault.Disabled, $"The secret '{name}' in {vault} is disabled; set a new version.", refused),
        RequestFailedException { Status: 401 or 403 } refused => new(
            SecretFault.Forbidden, $"The vault {vault} forbids the secret '{name}' ({InnerCode(refused) ?? refused.ErrorCode ?? "no reason given"}); give this identity the role Key Vault Secrets Officer, and its network access.", refused),
        RequestFailedException { Status: 409 } taken =>
            new(SecretFault.Conflict, $"The secret '{name}' was deleted from {vault} and its name is still taken; recover or purge it.", taken),
        RequestFailedException { Status: 400 } bad => new(SecretFault.Unreadable, $"The vault {vault} does not accept the secret '{name}' ({bad.ErrorCode}).", bad),
        RequestFailedException busy => new(SecretFault.Unavailable, Unreachable(vault, busy.Status == 0 ? "no answer" : $"answer {busy.Status}"), busy)
        {
            RetryAfter = PatientRetry.RetryAfter(busy.GetRawResponse()),
        },
        CredentialUnavailableException none => new(SecretFault.Unavailable, $"No identity for the vault {vault} could be had; check Platform:Secrets:Identity and what this machine offers.", none),
        AuthenticationFailedException unknown => new(
            IsRefusal(unknown) ? SecretFault.Forbidden : SecretFault.Unavailable, $"No token for the vault {vault} could be had; check Platform:Secrets:Identity, its ids and the authority.", unknown),

        // The SDK will not send a token where the challenge points.
        InvalidOperationException stray => new(SecretFault.Forbidden, $"The vault {vault} names a resource that is not its own; check Platform:Secrets:VaultUri.", stray),
        OperationCanceledException late => new(SecretFault.Unavailable, Unreachable(vault, "no answer in time"), late),
        _ => new(SecretFault.Unavailable, Unreachable(vault, "no answer"), failure),
    };

    private static string Unreachable(Uri vault, string why) => $"The vault {vault} cannot be reached ({why}); check Platform:Secrets:VaultUri, the network and the vault's state.";

    private static bool IsRefusal(Exception failure) => failure.InnerException switch
    {
        MsalServiceException { StatusCode: 400 or 401 or 403 } => true,
        RequestFailedException { Status: 400 or 401 or 403 } => true,
        null => false,
        var inner => IsRefusal(inner),
    };

    /// <summary><c>error.innererror.code</c>: why it is forbidden.</summary>
    private static string? InnerCode(RequestFailedException failure)
    {
        if (failure.GetRawResponse()?.Content is not { } content || content.ToMemory() is not { Length: > 0 and <= LongestErrorBytes } body)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.TryGetProperty("error", out var error)
                && error.TryGetProperty("innererror", out var inner)
                && inner.TryGetProperty("code", out var code)
                && code.GetString() is { Length: <= 64 } text && text.All(char.IsAsciiLetterOrDigit)
                    ? text
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
