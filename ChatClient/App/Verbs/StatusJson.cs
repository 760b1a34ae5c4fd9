using System.Text.Json;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What the replicas of a group, or of all groups of a cluster, know, for scripts.</summary>
internal static class StatusJson
{
    /// <summary>Writes the properties for a cluster: the latest configuration, or null, and the groups, the masters first.</summary>
    public static void Write(Utf8JsonWriter writer, ClusterReport cluster)
    {
        ClusterHealth health = ClusterHealth.Of(cluster);
        writer.WriteString("health", health.Health.Text());
        writer.WriteString("answer", health.Line);
        WriteNumber(writer, "configuration", cluster.Configuration?.Number);
        writer.WriteStartArray("groups");
        WriteGroup(writer, cluster.Masters, GroupId.Masters, static _ => { });
        foreach (ShardReport shard in cluster.Shards)
        {
            WriteGroup(writer, shard.Report, shard.Group, own =>
            {
                WriteNumber(own, "configuration", shard.Arcs?.Configuration);
                WriteNumber(own, "arcs", shard.Arcs?.Served.Count);
                WriteNumber(own, "requestsUnderWay", cluster.HasGateways ? cluster.RequestsUnderWay(shard.Group) : null);
            });
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes the properties for a group.</summary>
    public static void Write(Utf8JsonWriter writer, GroupReport report)
    {
        GroupHealth health = GroupHealth.Of(report);
        writer.WriteString("health", health.Health.Text());
        writer.WriteString("answer", health.Line);
        writer.WriteStartArray("groups");
        WriteGroup(writer, report, report.Group, static _ => { });
        writer.WriteEndArray();
    }

    private static void WriteGroup(Utf8JsonWriter writer, GroupReport report, GroupId group, Action<Utf8JsonWriter> writeMore)
    {
        GroupHealth health = GroupHealth.Of(report);
        writer.WriteStartObject();
        writer.WriteNumber("group", group.Number);
        writer.WriteString("cluster", report.Cluster);
        WriteNumber(writer, "view", report.View == View.None ? null : report.View.Number);
        writer.WriteNumber("list", report.List);
        writer.WriteString("primary", report.Primary?.Name);
        writer.WriteString("primaryAddress", report.Primary?.Address);
        writer.WriteBoolean("serves", report.Serves);
        writer.WriteString("health", health.Health.Text());
        writer.WriteNumber("up", health.Up);
        writer.WriteNumber("needed", health.Needed);
        WriteNumber(writer, "canLose", health.CanLose);
        writeMore(writer);
        writer.WriteStartArray("replicas");
        foreach (ReplicaView view in report.Replicas)
            WriteReplica(writer, view);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteReplica(Utf8JsonWriter writer, ReplicaView view)
    {
        writer.WriteStartObject();
        writer.WriteString("name", view.Name);
        writer.WriteString("address", view.Address);
        writer.WriteBoolean("reachable", view.Status is not null);
        writer.WriteString("role", view.Role);
        if (view.Status?.Status is { } status)
        {
            writer.WriteNumber("view", status.View.Number);
            writer.WriteNumber("accepted", status.Accepted.Number);
            writer.WriteNumber("decided", status.Decided.Number);
            writer.WriteNumber("executed", status.Executed.Number);
            writer.WriteString("stateHash", StatusTable.Hash(status));
            writer.WriteBoolean("hearsQuorum", status.HearsQuorum);
            writer.WriteBoolean("diskFull", status.IsDiskFull);
            writer.WriteBoolean("stateInDoubt", status.IsStateInDoubt);
            writer.WriteNumber("list", status.List);
            writer.WriteBoolean("votes", status.Votes);
            WriteOccupancy(writer, status);
        }
        else
        {
            writer.WriteString("failure", view.Failure);
        }
        writer.WriteEndObject();
    }

    private static void WriteOccupancy(Utf8JsonWriter writer, StatusResult status)
    {
        writer.WriteNumber("snapshot", status.Snapshot.Number);
        writer.WriteNumber("base", status.Base.Number);
        writer.WriteNumber("logBytes", status.LogBytes);
        writer.WriteNumber("stateBytes", status.State.Used);
        writer.WriteNumber("stateBytesAllowed", status.State.Allowed);
        writer.WriteNumber("sessionBytes", status.SessionBytes.Used);
        writer.WriteNumber("sessionBytesAllowed", status.SessionBytes.Allowed);
        writer.WriteNumber("sessions", status.Sessions.Used);
        writer.WriteNumber("sessionsAllowed", status.Sessions.Allowed);
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } known)
            writer.WriteNumber(name, known);
        else
            writer.WriteNull(name);
    }
}
