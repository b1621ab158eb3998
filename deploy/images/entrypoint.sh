#!/bin/sh
# What a container is. Image flink: jobmanager, taskmanager, zookeeper or submit JOB; image broker: broker; image tools:
# camera, and anything else is nolook's command line. More settings follow as Flink takes them (-D key=value) or Kafka
# does (--override key=value). JAVA_OPTS sizes the JVM. healthy PORT [PATH] is for health checks of any of them.
set -eu
home=/opt/nolook
class_path="$home/conf:$home/lib/*"
# a process without memory ends, and is started again
dies=-XX:+ExitOnOutOfMemoryError

case "${1:-}" in
jobmanager)
  shift
  exec java ${JAVA_OPTS:--Xmx512m} $dies -cp "$class_path" \
    org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir $home/conf "$@"
  ;;
taskmanager)
  shift
  exec java ${JAVA_OPTS:--Xmx640m -XX:MaxDirectMemorySize=448m -XX:MaxMetaspaceSize=256m} $dies -cp "$class_path" \
    org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir $home/conf "$@"
  ;;
submit)
  # submit tokenize -D key=value ...: what `flink run` does, to the JobManager of conf/config.yaml, which needs no
  # ZooKeeper to be found
  job=$2
  shift 2
  name=$(printf %s "$job" | cut -c1 | tr '[:lower:]' '[:upper:]')$(printf %s "$job" | cut -c2-)Job
  exec java ${JAVA_OPTS:--Xmx512m} --add-opens=java.base/java.util=ALL-UNNAMED -cp "$class_path" \
    org.apache.flink.client.cli.CliFrontend run -t remote -Dhigh-availability.type=NONE -d \
    -c "io.nolook.job.$job.$name" $home/nolook-jobs.jar "$@"
  ;;
zookeeper)
  exec java ${JAVA_OPTS:--Xmx128m} $dies -cp "$class_path" \
    org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.quorum.QuorumPeerMain $home/conf/zookeeper.properties
  ;;
broker)
  shift
  if [ ! -e kafka/log/meta.properties ]; then
    id=$(java -cp "$class_path" kafka.tools.StorageTool random-uuid)
    java -cp "$class_path" kafka.tools.StorageTool format --cluster-id "$id" --config $home/conf/broker.properties
  fi
  exec java ${JAVA_OPTS:--Xmx512m} $dies -cp "$class_path" kafka.Kafka $home/conf/broker.properties "$@"
  ;;
healthy)
  # something listens on the port and, where a path is given, answers it with 200
  exec bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" || exit
    [ -n "$1" ] || exit 0
    printf "GET $1 HTTP/1.0\r\n\r\n" >&3
    read -r line <&3
    [[ $line == *" 200 "* ]]' "$2" "${3:-}"
  ;;
camera)
  shift
  # a simulated camera named after its container, forever; each recording is an epoch of its own
  name=$(hostname)
  cd /tmp
  export LOG4J_CONFIGURATION_FILE=$home/conf/log4j2.properties
  "$0" simulate --seconds 120 --seed "$(printf %d "0x$(printf %s "$name" | md5sum | cut -c1-6)")" --out camera.mp4
  while :; do
    "$0" ingest camera.mp4 --camera "$name" --state /tmp/epochs "$@" || sleep 5
  done
  ;;
*)
  exec java ${JAVA_OPTS:--Xmx1g} -cp "$home/nolook.jar:$home/lib/*" io.nolook.cli.Main "$@"
  ;;
esac
