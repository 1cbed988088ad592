using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Platform.Hosting;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>The SDK's client as this platform wants it: bounded, silent, and with the identity that was chosen and no other.</summary>
internal static class KeyVaultClient
{
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(5);

    /// <param name="options">Valid, of Key Vault.</param>
    /// <param name="credential">See <see cref="Credential"/>.</param>
    /// <param name="transport">Null is the SDK's; tests bring one that trusts their certificate.</param>
    public static SecretClient Create(SecretOptions options, TokenCredential credential, HttpPipelineTransport? transport = null)
    {
        var vault = new Uri(options.VaultUri);
        var client = new SecretClientOptions
        {
            RetryPolicy = new PatientRetry(),

            // On loopback there are only emulators, which name Azure's resource. Everywhere else a challenge must name the vault's own domain, or the token would go to a stranger.
            DisableChallengeResourceVerification = vault.IsLoopback,
        };
        client.Retry.NetworkTimeout = options.Timeout < LongestTry ? options.Timeout : LongestTry;
        Quiet(client, transport);
        return new SecretClient(vault, credential, client);
    }

    /// <param name="options">Valid, of Key Vault.</param>
    /// <param name="readFile">Reads a file that only we may read.</param>
    /// <param name="transport">As above.</param>
    public static TokenCredential Credential(SecretOptions options, Func<string, string> readFile, HttpPipelineTransport? transport = null) => options.Identity switch
    {
        "ManagedIdentity" => new ManagedIdentityCredential(Quiet(
            new ManagedIdentityCredentialOptions(options.ClientId.Length == 0 ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(options.ClientId)), transport)),
        "WorkloadIdentity" => new WorkloadIdentityCredential(Workload(options, transport)),
        "ClientCertificate" => new ClientCertificateCredential(options.TenantId, options.ClientId, Certificate(readFile(options.CertificateFile)), At(options, Quiet(
            new ClientCertificateCredentialOptions { DisableInstanceDiscovery = IsLocal(options) }, transport))),
        _ => new DefaultAzureCredential(At(options, Quiet(new DefaultAzureCredentialOptions { ExcludeInteractiveBrowserCredential = true }, transport))),
    };

    private static WorkloadIdentityCredentialOptions Workload(SecretOptions options, HttpPipelineTransport? transport)
    {
        var workload = At(options, Quiet(new WorkloadIdentityCredentialOptions { DisableInstanceDiscovery = IsLocal(options) }, transport));

        // What is not set here is what the SDK reads of the workload's environment.
        workload.TenantId = options.TenantId.Length == 0 ? workload.TenantId : options.TenantId;
        workload.ClientId = options.ClientId.Length == 0 ? workload.ClientId : options.ClientId;
        workload.TokenFilePath = options.TokenFile.Length == 0 ? workload.TokenFilePath : options.TokenFile;
        return workload;
    }

    private static X509Certificate2 Certificate(string pem) => X509Certificate2.CreateFromPem(pem, pem);

    private static T At<T>(SecretOptions options, T credential) where T : TokenCredentialOptions
    {
        if (options.Authority.Length > 0)
        {
            credential.AuthorityHost = new Uri(options.Authority);
        }

        return credential;
    }

    /// <summary>Nothing of what is sent or answered goes into logs or traces; nothing is told about us but that we are.</summary>
    private static T Quiet<T>(T client, HttpPipelineTransport? transport) where T : ClientOptions
    {
        client.Diagnostics.IsLoggingEnabled = false;
        client.Diagnostics.IsLoggingContentEnabled = false;
        client.Diagnostics.IsDistributedTracingEnabled = false;
        client.Diagnostics.IsTelemetryEnabled = false;
        client.Diagnostics.ApplicationId = "mocopr";
        client.Transport = transport ?? client.Transport;
        return client;
    }

    // The instance discovery of the public cloud does not know an authority on this machine.
    private static bool IsLocal(SecretOptions options) => options.Authority.Length > 0 && new Uri(options.Authority).IsLoopback;
}
