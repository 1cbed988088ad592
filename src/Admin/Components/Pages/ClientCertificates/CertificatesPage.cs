using Platform.Abstractions.ClientCertificates;
using Platform.Admin.Components.Pages.Tenants;

namespace Platform.Admin.Components.Pages.ClientCertificates;

/// <summary>A page about the client certificates that a tenant takes.</summary>
public abstract class CertificatesPage : OwnedPage
{
    protected sealed override string Area => "client-certificates";

    protected sealed override string Title => "Client certificates";

    /// <summary>Finds one among all: REST lists them and shows none by itself.</summary>
    protected async Task<ClientCertificateView?> FindAsync(string id)
    {
        if (!(await Management.CertificatesAsync(Slug!)).Try(out var page, out var problem))
        {
            Problem = problem;
            return null;
        }

        var found = page.Items.FirstOrDefault(one => string.Equals(one.Id, id, StringComparison.Ordinal));
        Problem = found is null ? Platform.Admin.Management.ProblemView.NotFound() : null;
        return found;
    }
}
