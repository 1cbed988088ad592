using FluentValidation;

namespace Platform.Hosting;

/// <summary>Where webhooks may go.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Networks and addresses that webhooks may reach beside public ones, separated by commas. Empty, the default: none. Plain http is taken for this machine, when it is listed.
    /// </summary>
    public string Networks { get; set; } = "";
}

internal sealed class WebhookOptionsValidator : AbstractValidator<WebhookOptions>
{
    public WebhookOptionsValidator() =>
        RuleFor(webhooks => webhooks.Networks).Must(text => InsideNetworks.Read(text, out _) is null)
            .WithMessage(webhooks => $"Platform:Webhooks:Networks {InsideNetworks.Read(webhooks.Networks, out _)}");
}
