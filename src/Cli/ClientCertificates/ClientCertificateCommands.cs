using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.ClientCertificates;

internal static class ClientCertificateCommands
{
    public static Command Create(CommandShell shell) =>
        CommandShell.Group("client-certificate", "Certificates by which clients of a tenant authenticate, in place of keys.", List(shell), Register(shell), SetList(shell), Revoke(shell));

    private static Command List(CommandShell shell) =>
        shell.OfTenant("list", "Registrations, the oldest first.", [shell.Limit], run => run.ListAsync(Route.Owned($"client-certificates"), "id name principal thumbprint subject authority createdAt expiresAt revocationListUntil"));

    private static Command Register(CommandShell shell)
    {
        var name = Options.Name("name", "For people, 1 to 100 characters.");
        var principal = Options.Needed("--principal", "Whose it is: id of a principal of the tenant.");
        var certificate = Options.Text("--certificate", "The certificate, PEM or DER: its SHA-256 is computed here, and nothing else of it is sent.");
        var thumbprint = Options.Text("--thumbprint", "SHA-256 of the certificate (DER), 64 hex digits, in place of --certificate.");
        var authority = Options.Text("--authority", "File with the self-signed certificate (PEM) of an authority: all that it issues for --subject is taken.");
        var subject = Options.Text("--subject", "With --authority: uri:VALUE or dns:VALUE of the alternative names, or dn:VALUE, the whole subject. Compared exactly.");
        var revoked = Options.Text("--revocation-list", "With --authority: file with its revocation list, PEM or base64 of DER. From then on it must stay fresh.");
        var expires = Options.Text("--expires-at", "When the registration ends, such as 2027-01-01T00:00:00Z; with the certificate when absent.");
        return shell.OfTenant("register", "Take a certificate, or what an authority issues for one name, for a principal.", [name, principal, certificate, thumbprint, authority, subject, revoked, expires], async run =>
        {
            if (!Print(run.Get(certificate), run.Get(thumbprint)).Try(out var print, out var refused) || !Subject(run.Get(subject)).Try(out var who, out refused)
                || !(await TextAsync(run, run.Get(authority))).Try(out var issuer, out refused) || !(await TextAsync(run, run.Get(revoked))).Try(out var list, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            return await run.ShowAsync(run.PostAsync(Route.Owned($"client-certificates"), Body.Of(
                ("name", run.Get(name)), ("principal", run.Get(principal)), ("thumbprint", print), ("authority", issuer), ("subject", who), ("revocationList", list), ("expiresAt", run.Get(expires)))));
        });
    }

    private static Command SetList(CommandShell shell)
    {
        var id = Id();
        var file = Options.Needed("--file", "PEM, or base64 of DER; - for standard input.", "-f");
        return shell.OfTenant("set-revocation-list", "Give a newer revocation list of a registration's authority; it counts for all its registrations.", [id, file], async run =>
            (await GivenFile.TextAsync(run.Get(file)!, run.Terminal.OpenInput, run.Cancel)).Try(out var list, out var refused)
                ? await run.ShowAsync(run.SendAsync(HttpMethod.Put, Route.Owned($"client-certificates/{run.Get(id)}/revocation-list"), request => request with { Body = Body.Of(("revocationList", list)) }))
                : await run.Printer.RefuseAsync(refused));
    }

    private static Command Revoke(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("revoke", "Take a registration back, within 5 s everywhere; open streams end.", [id], run =>
            run.ShowAsync(run.SendAsync(HttpMethod.Delete, Route.Owned($"client-certificates/{run.Get(id)}")), "Revoked."));
    }

    private static Outcome<string?> Print(string? file, string? thumbprint)
    {
        if (file is null)
        {
            return thumbprint;
        }

        if (thumbprint is not null)
        {
            return Refusal.Usage("Name --certificate or --thumbprint, not both.");
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return Refusal.Usage($"{file} cannot be read as a certificate in PEM or DER.");
        }
    }

    private static Outcome<JsonObject?> Subject(string? text)
    {
        if (text is null)
        {
            return default(JsonObject);
        }

        return text.Split(':', 2) is [var kind and ("uri" or "dns" or "dn"), { Length: > 0 } value]
            ? Body.Of(("kind", kind), ("value", value))
            : Refusal.Usage("Write the subject as uri:VALUE, dns:VALUE or dn:VALUE, such as uri:spiffe://example/billing.");
    }

    private static async Task<Outcome<string?>> TextAsync(Run run, string? file) =>
        file is null ? default(string) : (await GivenFile.TextAsync(file, run.Terminal.OpenInput, run.Cancel)).Try(out var text, out var refused) ? text : refused;

    private static Argument<string> Id() => Options.Name("id", "Of the registration, crt_….");
}
