#!/bin/sh
# What a container is: jobmanager, taskmanager, broker or camera; anything else is nolook's command line.
# More settings follow as Flink takes them (-D key=value) or Kafka does (--override key=value). JAVA_OPTS sizes the JVM.
set -eu
home=/opt/nolook
# Flink's processes get the job, its connector and Kafka's client with the submission, as on any other cluster
flink=$home/conf:$(find $home/lib -name '*.jar' ! -name 'nolook-*' ! -name 'kafka*' ! -name 'flink-connector-kafka*' |
  sort | tr '\n' ':')

case "${1:-}" in
jobmanager)
  shift
  exec java ${JAVA_OPTS:--Xmx512m} -cp "$flink" \
    org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir $home/conf "$@"
  ;;
taskmanager)
  shift
  exec java ${JAVA_OPTS:--Xmx768m -XX:MaxDirectMemorySize=512m} -cp "$flink" \
    org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir $home/conf "$@"
  ;;
broker)
  shift
  if [ ! -e kafka/log/meta.properties ]; then
    id=$(java -cp "$home/conf:$home/lib/*" kafka.tools.StorageTool random-uuid)
    java -cp "$home/conf:$home/lib/*" kafka.tools.StorageTool format --cluster-id "$id" --config $home/conf/broker.properties
  fi
  exec java ${JAVA_OPTS:--Xmx512m} -cp "$home/conf:$home/lib/*" kafka.Kafka $home/conf/broker.properties "$@"
  ;;
camera)
  shift
  # a simulated camera named after its container, forever; each recording is an epoch of its own
  name=$(hostname)
  "$0" simulate --seconds 120 --seed "$(printf %d "0x$(printf %s "$name" | md5sum | cut -c1-6)")" --out camera.mp4
  while :; do
    "$0" ingest camera.mp4 --camera "$name" "$@" || sleep 5
  done
  ;;
*)
  exec java ${JAVA_OPTS:--Xmx1g} -cp "$home/nolook.jar:$home/lib/*" io.nolook.cli.Main "$@"
  ;;
esac
