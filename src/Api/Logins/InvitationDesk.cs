using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Api.Mail;
using Platform.Api.Management;
using Platform.Api.RateLimits;

namespace Platform.Api.Logins;

/// <summary>Delivers invitations: by mail where an address is named and the platform has a mail server, else by the hands of whoever asked.</summary>
internal sealed class InvitationDesk(MailSender mail, RateGate rates, IOptions<ApiOptions> options)
{
    /// <summary>Mails to one address, from whichever tenant: nobody's mailbox is filled by us.</summary>
    private static readonly RateLimitRule ToOne = new(1, 3);

    private static readonly RateLimitRule OfTenant = new(10, 50);

    /// <summary>Before an invitation is made that is to be mailed; a problem when the address is none, or gets or the tenant sends too many.</summary>
    public async ValueTask<Problem?> AdmitAsync(TenantId tenant, string? email)
    {
        if (email is null)
        {
            return null;
        }

        if (!EmailAddress.IsValid(email))
        {
            return Problem.Invalid([new FieldError("email", EmailAddress.Cure)]);
        }

        return !mail.IsConfigured ? null
            : await rates.TakeExactAsync(tenant, "invitation-mail", OfTenant)
            ?? await rates.TakeExactAsync(TenantId.Platform, $"invitation-mail/{Digest(email)}", ToOne);
    }

    /// <summary>Tells of the invitation once, here or by mail. A mail that fails takes nothing back.</summary>
    /// <param name="slug">Of the tenant; null for the platform.</param>
    /// <param name="user">Whom it is for, as they sign in.</param>
    /// <param name="email">One that was admitted, or null.</param>
    /// <param name="secret">The invitation's.</param>
    /// <param name="exchange">The trail says where it was mailed, by an HMAC (AL-3).</param>
    public async Task<InvitationIssued> HandOverAsync(string? slug, string user, string? email, LoginSecret secret, ManagementExchange exchange)
    {
        var delivery = InvitationDelivery.Copy;
        if (email is not null && mail.IsConfigured)
        {
            var letter = InvitationMail.Of(options.Value.ManagementUrl, slug, user, secret.Secret, secret.ExpiresAt);
            delivery = await mail.TrySendAsync(email, letter.Subject, letter.Text) ? InvitationDelivery.Sent : InvitationDelivery.Failed;
            exchange.Entry.Addition = $"{(delivery == InvitationDelivery.Sent ? "mailed to" : "not mailed to")} {email.ToLowerInvariant()}";
        }

        return new InvitationIssued { Secret = delivery == InvitationDelivery.Sent ? null : secret.Secret, ExpiresAt = secret.ExpiresAt, Delivery = delivery };
    }

    // A name of a bucket, not a place for addresses.
    private static string Digest(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant())));
}
