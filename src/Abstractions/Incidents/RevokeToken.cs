using FluentValidation;

namespace Platform.Abstractions.Incidents;

/// <summary>Takes one access token back and, when asked for, the refresh tokens and all else that came of the same consent.</summary>
public sealed record RevokeToken
{
    /// <summary>As the audit trail names it: <c>token:</c> and the <c>jti</c>, or the <c>jti</c> alone.</summary>
    public required string Token { get; init; }

    /// <summary>True: its whole family ends.</summary>
    public bool Family { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Reason { get; init; }
}

public sealed class RevokeTokenValidator : AbstractValidator<RevokeToken>
{
    public RevokeTokenValidator()
    {
        RuleFor(command => command.Token).Must(token => TokenName.IdOf(token) is not null).WithMessage("Name a token as the audit trail does: token: and its jti, or the jti alone.");
        RuleFor(command => command.Reason).MaximumLength(500);
    }
}

/// <summary>What does not work any more.</summary>
/// <param name="Token">The token's <c>jti</c>.</param>
/// <param name="Family">True when the whole family ended.</param>
public sealed record TokenRevoked(string Token, bool Family);

/// <summary>How the audit trail names an access token that was used.</summary>
public static class TokenName
{
    private const string Prefix = "token:";
    private const int MaxId = 128;

    /// <summary>The <c>jti</c>; null for what names no token of the platform.</summary>
    public static string? IdOf(string? name)
    {
        var id = name?.StartsWith(Prefix, StringComparison.Ordinal) == true ? name[Prefix.Length..] : name;
        return id is { Length: > 0 and <= MaxId } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? id : null;
    }
}
