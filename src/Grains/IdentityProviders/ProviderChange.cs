using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tokens;

namespace Platform.Grains.IdentityProviders;

/// <summary>What a command makes of a provider.</summary>
internal static class ProviderChange
{
    public static IdentityProvider Added(string id, PutIdentityProvider command, DateTimeOffset now, string by) => Said(
        new IdentityProvider
        {
            Id = id,
            Issuer = command.Issuer,
            Audience = command.Audience,
            Algorithms = [],
            TokenType = "",
            Rules = command.Rules,
            CreatedAt = now,
            CreatedBy = by,
            Version = 1,
        },
        command,
        isConfidential: command.SignIn?.ClientSecret is not null);

    /// <summary>Null when the change can be made.</summary>
    public static Problem? Check(IdentityProvider before, PutIdentityProvider command)
    {
        // Who somebody is, where browsers come back to and to whom the secret goes follow from it.
        if (!string.Equals(before.Issuer, command.Issuer, StringComparison.Ordinal))
        {
            return Problem.Invalid([new FieldError("issuer", "The issuer of a provider stays, for its people are of this issuer. Add the other one beside it, then remove this one.")]);
        }

        return Keeps(before, command) && !string.Equals(before.SignIn!.ClientId, command.SignIn!.ClientId, StringComparison.Ordinal)
            ? Problem.Invalid([new FieldError("signIn.clientSecret", "The secret that is kept is another client's. Send this client's, or public.")])
            : null;
    }

    /// <summary>Whether the secret that is in the vault stays the client's.</summary>
    public static bool Keeps(IdentityProvider before, PutIdentityProvider command) => before.SignIn is { Confidential: true } && command.SignIn is { ClientSecret: null, Public: false };

    public static IdentityProvider Changed(IdentityProvider before, PutIdentityProvider command, DateTimeOffset now, string by) =>
        Said(before, command, isConfidential: command.SignIn?.ClientSecret is not null || Keeps(before, command)) with
        {
            Version = before.Version + 1,
            ChangedAt = now,
            ChangedBy = by,

            // Sessions of other rules end; so do those of a sign-in that is taken away, which must not go on when it is back.
            RulesVersion = before.RulesVersion + (AreSame(before.Rules, command.Rules) && (before.SignIn is null || command.SignIn is not null) ? 0 : 1),
        };

    private static IdentityProvider Said(IdentityProvider provider, PutIdentityProvider command, bool isConfidential) => provider with
    {
        Audience = command.Audience,
        Algorithms = command.Algorithms ?? [SigningAlgorithm.Rs256],
        TokenType = command.TokenType ?? AccessTokenRules.Type,
        Rules = command.Rules,
        SignIn = command.SignIn is { } client ? new ProviderSignIn(client.ClientId, isConfidential, client.Name?.Trim() ?? new Uri(command.Issuer).Host) : null,
    };

    private static bool AreSame(ClaimRule[] before, ClaimRule[] after) => before.Length == after.Length && before.Zip(after).All(pair =>
        string.Equals(pair.First.Claim, pair.Second.Claim, StringComparison.Ordinal) && string.Equals(pair.First.Value, pair.Second.Value, StringComparison.Ordinal)
        && pair.First.Roles.SequenceEqual(pair.Second.Roles, StringComparer.Ordinal));
}
