using FluentValidation;

namespace Platform.Abstractions.Webhooks;

/// <summary>All of an endpoint but its id and its secret.</summary>
[GenerateSerializer, Alias("put-webhook"), Immutable]
public sealed record PutWebhook
{
    /// <summary>Https, in canonical form, without user or fragment. It may hold a secret of the receiver's: it is in no log.</summary>
    [Id(0)] public required string Url { get; init; }

    /// <summary>One to twenty of <see cref="WebhookEventTypes.All"/>, or areas of them such as <c>alert.*</c>.</summary>
    [Id(1)] public required string[] EventTypes { get; init; }

    [Id(2)] public string? Description { get; init; }

    /// <summary>Nothing new is taken for it and nothing is sent; what waits goes on waiting.</summary>
    [Id(3)] public bool Disabled { get; init; }

    /// <summary>Without the URL: records are printed by whoever logs one.</summary>
    public override string ToString() => $"{nameof(PutWebhook)} {string.Join(' ', EventTypes)}";
}

/// <summary>Makes a new secret; the old one goes on signing beside it for a while.</summary>
[GenerateSerializer, Alias("rotate-webhook-secret"), Immutable]
public sealed record RotateWebhookSecret
{
    /// <summary>How long messages carry both signatures. Default 24; 0 ends the old secret at once.</summary>
    [Id(0)] public int OverlapHours { get; init; } = WebhookRules.DefaultOverlapHours;
}

public sealed class PutWebhookValidator : AbstractValidator<PutWebhook>
{
    private const int MaxTypes = 20;

    public PutWebhookValidator()
    {
        RuleFor(webhook => webhook.Url).Must(WebhookRules.IsUrl).WithMessage($"Write an https URL of at most {WebhookRules.MaxUrl} characters in canonical form, without user or fragment.");
        RuleFor(webhook => webhook.EventTypes).Must(types => types is { Length: > 0 and <= MaxTypes } && types.All(WebhookEventTypes.IsFilter) && types.Distinct(StringComparer.Ordinal).Count() == types.Length)
            .WithMessage($"Choose among {string.Join(", ", WebhookEventTypes.All)}, or whole areas such as alert.*, each once.");
        RuleFor(webhook => webhook.Description).Must(text => text is null || (text.Length <= 500 && !text.Any(char.IsControl))).WithMessage("Use at most 500 characters without control characters.");
    }
}

public sealed class RotateWebhookSecretValidator : AbstractValidator<RotateWebhookSecret>
{
    public RotateWebhookSecretValidator() =>
        RuleFor(command => command.OverlapHours).InclusiveBetween(0, WebhookRules.MaxOverlapHours).WithMessage($"Choose 0 to {WebhookRules.MaxOverlapHours} hours.");
}
